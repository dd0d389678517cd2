// The stage: the picture fills the window, with all that the app decides: what to do, countdown, counts, depth.

import { LiveSocket } from "./live_socket.js";
import { sendPictures } from "./pictures.js";
import { drawSkeleton } from "./skeleton.js";
import { text } from "../texts.js";

const HIDDEN_MS = 1500;
const KEYS = { " ": "start-now", q: "stop", r: "restart", m: "mirror", s: "mute", f: "fill" };
const TICKS = { plain: "·", good: "✔", warning: "!" };
const part = (id) => document.getElementById(id);

export class Filming {
  constructor(stream, order, voice) {
    this.stream = stream;
    this.order = order;
    this.voice = voice;
    this.delays = []; // From the camera to this page's picture of it, in ms, while squatting.
    this.isMirrored = order.is_mirrored;
    this.drawnMs = null;
    this.firstMs = this.lastMs = null;
  }

  /** Film until the app or the person ends it; the answer is the app's last message. */
  async run() {
    const [stage, film] = [part("stage"), part("film")];
    const listening = new AbortController();
    const on = (target, kind, act) => target.addEventListener(kind, act, { signal: listening.signal });
    const isEnded = new Promise((end) => {
      this.socket = new LiveSocket(this.order, {
        onScene: (scene, takenMs) => this.take(scene, takenMs),
        onSay: (words) => this.voice.say(words),
        onEnd: end,
      });
    });
    film.srcObject = this.stream;
    await film.play().catch(() => {});
    this.clear();
    stage.showModal();
    part("headline").focus();
    const stopPictures = sendPictures(this.stream, film, this.socket);
    on(this.stream.getVideoTracks()[0], "ended", () => this.socket.lose("unplugged"));
    on(document, "visibilitychange", () => setTimeout(() => {
      if (document.hidden) this.socket.lose("hidden");
    }, HIDDEN_MS));
    on(stage, "cancel", (event) => {
      event.preventDefault();
      this.socket.wish("stop");
    });
    on(stage, "close", () => this.socket.wish("stop"));
    // Where a button was hidden that had the focus, the key goes to no part of the stage.
    on(document, "keydown", (event) => this.press(event));
    this.buttons(on);
    const awake = await navigator.wakeLock?.request("screen").catch(() => null);
    const ended = await isEnded;
    listening.abort();
    stopPictures();
    awake?.release();
    if (document.fullscreenElement) await document.exitFullscreen().catch(() => {});
    stage.close();
    film.srcObject = null;
    return ended;
  }

  /** How fast and how complete it was, in one line. */
  figures(ended) {
    if (this.delays.length < 10) return "";
    const sorted = [...this.delays].sort((one, other) => one - other);
    const at = (share) => Math.round(sorted[Math.floor(share * (sorted.length - 1))]);
    const fps = Math.round((1e3 * (this.delays.length - 1)) / (this.lastMs - this.firstMs));
    const n = ended.n_pictures ?? 0;
    return text("figures", { fps, delay: at(0.5), late: at(0.95), n, of: n + (ended.n_missing ?? 0) });
  }

  /** The same, complete, for a benchmark. */
  data(ended) {
    const spanS = (this.lastMs - this.firstMs) / 1e3;
    return { delays: JSON.stringify(this.delays), span: spanS, unencoded: this.socket.nUnencoded, ended: JSON.stringify(ended) };
  }

  buttons(on) {
    for (const [id, wish] of [["start-now", "start"], ["stop", "stop"], ["restart", "restart"]]) {
      on(part(id), "click", () => this.socket.wish(wish));
    }
    on(part("mirror"), "click", () => {
      this.isMirrored = !this.isMirrored;
      this.socket.wish("mirror");
      this.showToggles();
    });
    on(part("mute"), "click", () => {
      this.voice.isOn = !this.voice.isOn;
      if (!this.voice.isOn) this.voice.quiet();
      this.showToggles();
    });
    on(part("fill"), "click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else part("stage").requestFullscreen?.().catch(() => {});
    });
  }

  press(event) {
    const id = KEYS[event.key.toLowerCase()];
    if (!id || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    // The space bar presses the button that has the focus.
    if (event.key === " " && event.target.closest("button")) return;
    event.preventDefault();
    if (!part(id).hidden) part(id).click();
  }

  clear() {
    this.showToggles();
    for (const id of ["headline", "note"]) part(id).textContent = "";
    for (const id of ["checks", "counts"]) part(id).replaceChildren();
    part("figure").hidden = part("arrow").hidden = true;
    drawSkeleton(part("skeleton"), null);
  }

  showToggles() {
    part("mirror").setAttribute("aria-pressed", this.isMirrored);
    part("mute").setAttribute("aria-pressed", this.voice.isOn);
    part("mirrored").classList.toggle("is-on", this.isMirrored);
  }

  /** Draw a scene with the next picture of the screen; of several, the newest. */
  take(scene, takenMs) {
    const isAlone = this.next === undefined;
    this.next = { scene, takenMs };
    if (!isAlone) return;
    requestAnimationFrame(() => {
      const newest = this.next;
      this.next = undefined;
      this.draw(newest.scene);
      if (newest.scene.stage !== "squatting" || newest.takenMs === this.drawnMs || newest.takenMs === undefined) return;
      this.drawnMs = newest.takenMs;
      this.lastMs = performance.now();
      this.firstMs ??= this.lastMs;
      this.delays.push(this.lastMs - newest.takenMs);
    });
  }

  draw(scene) {
    const [film, canvas] = [part("film"), part("skeleton")];
    if (canvas.width !== film.videoWidth || canvas.height !== film.videoHeight) {
      canvas.width = film.videoWidth;
      canvas.height = film.videoHeight;
    }
    drawSkeleton(canvas, scene);
    part("stage").className = `stage ${scene.tone}`;
    put(part("headline"), scene.headline);
    put(part("note"), scene.note);
    part("figure").hidden = scene.figure === null;
    put(part("figure"), scene.figure ?? "");
    part("arrow").hidden = scene.arrow === 0;
    put(part("arrow"), scene.arrow < 0 ? "←" : "→");
    part("start-now").hidden = !["framing", "countdown"].includes(scene.stage);
    part("restart").hidden = scene.stage === "framing";
    this.drawChecks(scene.checks);
    this.drawCounts(scene);
  }

  drawChecks(checks) {
    const list = part("checks");
    while (list.children.length > checks.length) list.lastChild.remove();
    while (list.children.length < checks.length) list.append(document.createElement("li"));
    checks.forEach((check, index) => {
      list.children[index].className = check.tone;
      put(list.children[index], `${TICKS[check.tone]} ${check.text}`);
    });
  }

  drawCounts(scene) {
    const list = part("counts");
    while (list.children.length > scene.legs.length) list.lastChild.remove();
    while (list.children.length < scene.legs.length) {
      list.append(document.importNode(part("count-item").content, true));
    }
    scene.legs.forEach((leg, index) => {
      const item = list.children[index];
      // Where the person sees it: in a mirror, the left leg is on the left.
      item.classList.toggle("on-left", (leg.side === "left") === this.isMirrored);
      item.classList.toggle("stance", leg.is_stance);
      item.classList.toggle("full", leg.counted >= leg.wanted);
      put(item.querySelector(".leg"), leg.name);
      put(item.querySelector("strong"), leg.counted);
      put(item.querySelector(".wanted"), ` / ${leg.wanted}${leg.counted >= leg.wanted ? " ✔" : ""}`);
      const share = Math.min(Math.max((leg.depth_pct ?? 0) / scene.full, 0), 1);
      const level = item.querySelector(".level");
      level.style.height = `${100 * share}%`;
      level.classList.toggle("enough", leg.depth_pct >= scene.enough);
      item.querySelector(".mark").style.top = `${(100 * scene.enough) / scene.full}%`;
    });
  }
}

function put(element, content) {
  if (element.textContent !== String(content)) element.textContent = content;
}
