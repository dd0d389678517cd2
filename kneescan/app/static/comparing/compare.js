// The page that compares two sessions: two players on one clock, the earlier lines over the later video, curves.

import { Ghost, straightLength } from "./ghost.js";
import { Layers } from "../layers.js";
import { Pair } from "./pair.js";
import { PhasePlots } from "./phase_plots.js";
import { knots, phase } from "./phase.js";
import { nearest } from "../player.js";
import { Refused, Unreachable, ask } from "../server.js";
import { text as say } from "../texts.js";

const part = (id) => document.getElementById(id);
const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const seconds = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const HALVES = ["first", "later"];
const PARTS = ["down", "up", "between_squats"];
const MOMENTS = ["start", "deepest_point", "stop"];
/** Height of a straight leg in a picture that is zoomed in, as a share of the picture. */
const LEG_SHARE = 0.62;
/** Height of the number beside the knee, likewise. */
const ANGLE_SHARE = 0.033;

function complain(sentence) {
  part("trouble").textContent = sentence;
  part("trouble").hidden = !sentence;
  if (sentence) part("trouble").scrollIntoView({ block: "nearest" });
}

/** With the minus of the tables. */
const written = (value) => (value === null || value === undefined ? "–" : numbers.format(value).replace("-", "\u2212"));
const initial = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** Where the clock is, in words. */
function wayText({ part: way, share }) {
  if (way < 2 && (share === 0 || share === 1)) return initial(say(MOMENTS[way + share]));
  return say(PARTS[way], { share: Math.round(100 * share) });
}

/** Middle of where a joint is from `low` to `high` seconds; null if it is nowhere. */
function middleOf(signals, joint, low, high) {
  const axes = [0, 1].map((axis) =>
    signals.t.flatMap((at, k) => (at < low || at > high ? [] : [signals.joints[joint][2 * k + axis]])).filter((value) => value !== null));
  const ends = axes.map((values) => {
    values.sort((one, other) => one - other);
    return (values[Math.floor(values.length / 10)] + values[Math.floor((values.length * 9) / 10)]) / 2;
  });
  return ends.every(Number.isFinite) ? ends : null;
}

class Side {
  constructor(name, record) {
    this.holder = document.querySelector(`[data-half=${name}]`);
    this.signals = record[name];
    this.side = record.side;
    this.layers = new Layers(this.holder.querySelector("svg"));
    this.layers.use(this.signals);
    this.holder.querySelector(".picture").style.setProperty("--wide", this.signals.size_px[0] / this.signals.size_px[1]);
    this.video = this.holder.querySelector("video");
  }

  /** Zoom in on the leg in its squat, or show everything; both legs are then equally large. */
  zoom(isOn, [low, ...others]) {
    const { signals, side } = this, high = others.at(-1);
    const [width, height] = signals.size_px;
    const length = straightLength(signals, side, low, high);
    const middle = isOn && length > 0 ? middleOf(signals, `${side}_knee`, low, high) : null;
    const { style } = this.holder.querySelector(".picture");
    const scale = middle ? Math.max(1, (LEG_SHARE * height) / length) : 1;
    // The number stays as large as it was.
    this.layers.angle.setAttribute("font-size", (ANGLE_SHARE * height) / scale);
    this.layers.angle.setAttribute("stroke-width", (ANGLE_SHARE * height) / scale / 6);
    style.transform = "";
    if (!middle) return;
    const [x, y] = [(100 * middle[0]) / width, (100 * middle[1]) / height];
    style.transformOrigin = `${x}% ${y}%`;
    style.transform = `translate(${50 - x}%, ${50 - y}%) scale(${scale})`;
  }

  show(frame) {
    if (frame < 0) return;
    const curves = this.signals.curves[this.side];
    const fppa = curves?.fppa_deg[frame];
    this.layers.draw(frame, this.side, fppa === null || fppa === undefined ? "" : `${written(fppa)}°`);
    const sentence = say("now", {
      frame: frame + 1, of: this.signals.t.length, at: seconds.format(this.signals.t[frame]),
      fppa: written(fppa), depth: written(curves?.depth_pct[frame]),
    });
    this.holder.querySelector(".shown").textContent = sentence;
    this.holder.dataset.frame = frame;
  }
}

function begin(record) {
  const stage = part("stage");
  const halves = Object.fromEntries(HALVES.map((name) => [name, new Side(name, record)]));
  const ghost = new Ghost(halves.later.holder.querySelector("svg"), record, record.side);
  const videos = Object.fromEntries(HALVES.map((name) => [name, halves[name].video]));
  let plots = null;

  function showMoment() {
    const { later } = pair.players;
    for (const name of HALVES) halves[name].show(pair.players[name].shown);
    if (later.shown >= 0) {
      // The earlier lines of the moment that the later picture shows.
      ghost.draw(pair.players.first.wanted, part("ghost").checked ? halves.later.layers.at(`${record.side}_ankle`, later.shown) : null);
    }
    part("now").textContent = wayText(phase(pair.moments.clock, pair.at));
    part("seek").value = nearest(pair.ticks, pair.at);
    part("seek").setAttribute("aria-valuetext", part("now").textContent);
    part("play").setAttribute("aria-pressed", String(pair.rate > 0));
    part("reverse").setAttribute("aria-pressed", String(pair.rate < 0));
    stage.dataset.clock = pair.at;
    plots?.show(pair.at);
  }

  const pair = new Pair(videos, record, () => pair?.moments && showMoment());

  function zoom() {
    for (const name of HALVES) halves[name].zoom(part("zoom").checked, pair.moments[name]);
  }

  /** Take the squats that are chosen now. */
  function choose() {
    const isAll = part("all-squats").checked;
    const chosen = HALVES.map((name) => {
      part(`squat-${name}`).disabled = isAll;
      const { squats } = record[name];
      return isAll ? squats.filter((squat) => squat.valid) : [squats[Number(part(`squat-${name}`).value)]];
    });
    const moments = knots(...chosen);
    ghost.use(moments);
    pair.use(moments);
    zoom();
    part("seek").max = pair.ticks.length - 1;
    plots ??= new PhasePlots(part("plots"), record, (at) => (pair.pause(), pair.moveTo(at)));
    plots.use(moments);
    showMoment();
  }

  part("all-squats").disabled = HALVES.some((name) => !record[name].squats.some((squat) => squat.valid));
  // At the deepest moment there is most to see, and it is the one whose angle is compared.
  choose();
  pair.moveTo(pair.moments.clock[1]);
  listen(pair, stage, choose, showMoment);
  part("zoom").addEventListener("change", zoom);
  document.querySelector("fieldset.waiting").disabled = false;
  stage.dataset.ready = "true";
}

function listen(pair, stage, choose, showMoment) {
  const rate = () => Number(part("rate").value);
  const toggle = (sign) => {
    if (Math.sign(pair.rate) === sign) pair.pause();
    else pair.play(sign * rate());
    showMoment();
  };
  const keys = {
    " ": () => toggle(pair.rate < 0 ? -1 : 1),
    k: () => pair.pause(),
    l: () => pair.play(rate()),
    j: () => pair.play(-rate()),
    g: () => part("ghost").click(),
    ArrowLeft: (event) => pair.step(event.shiftKey ? -10 : -1),
    ArrowRight: (event) => pair.step(event.shiftKey ? 10 : 1),
    Home: () => pair.step(-Infinity),
    End: () => pair.step(Infinity),
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("select, textarea")) return;
    const presses = event.target.matches("button, summary, a, input");
    if (presses && (event.key === " " || (event.target.type === "range" && event.key.length > 1))) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // Tables scroll, and pages begin and end, with the keys of the player too.
    const isElsewhere = event.key.length > 1 && !part("players").contains(event.target) && event.target !== document.body;
    if (!act || isElsewhere) return;
    event.preventDefault();
    act(event);
    showMoment();
  });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    pair.step(Math.sign(event.deltaY));
  }, { passive: false });
  part("seek").addEventListener("input", () => {
    pair.pause();
    pair.moveTo(pair.ticks[Number(part("seek").value)]);
  });
  part("play").addEventListener("click", () => toggle(1));
  part("reverse").addEventListener("click", () => toggle(-1));
  part("back").addEventListener("click", () => pair.step(-1));
  part("on").addEventListener("click", () => pair.step(1));
  part("rate").addEventListener("change", () => pair.rate && pair.play(Math.sign(pair.rate) * rate()));
  part("loop").addEventListener("change", () => (pair.isLoop = part("loop").checked));
  part("ghost").addEventListener("change", showMoment);
  part("alone").addEventListener("change", () => {
    stage.classList.toggle("alone", part("alone").checked);
    pair.moveTo(pair.at);
  });
  for (const id of ["squat-first", "squat-later", "all-squats"]) part(id).addEventListener("change", choose);
}

if (matchMedia("(max-width: 699px)").matches) {
  // On a phone, the players are what one came for: the earlier lines over the later video, and few numbers before.
  for (const others of document.querySelectorAll("details.others")) others.open = false;
  if (part("alone")) part("alone").checked = true;
  part("stage")?.classList.add("alone");
}
part("print").addEventListener("click", () => print());
if (part("stage")) {
  ask(document.body.dataset.moments)
    .then((answer) => answer.json())
    .then(begin)
    .catch((error) => complain(error instanceof Refused ? error.message : say(error instanceof Unreachable ? "lost" : "closed")));
}
