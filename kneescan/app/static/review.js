// The page of a measured video: player, lines, plots and panel move together.

import { Edits } from "/static/edits.js";
import { Layers } from "/static/layers.js";
import { Player } from "/static/player.js";
import { Plots } from "/static/plots.js";
import { Pointing } from "/static/pointing.js";
import { Unreachable, ask } from "/static/server.js";
import { text } from "/static/texts.js";

const part = (id) => document.getElementById(id);
const { video: videoId } = document.body.dataset;
const stage = part("stage");
const layers = new Layers(part("layers"));
const pointing = new Pointing(stage, part("layers"));
const numbers = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const seconds = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
let signals = null, player = null, plots = null, state = { squats: [] }, chosen = null, seqOfSignals = -1;
const marks = {};
/** What a reading asks for, in this order, and how. */
const CLICKED = { hip: "click_hip", knee: "click_knee", ankle: "click_ankle", second_toe: "click_second_toe" };

function complain(sentence) {
  part("trouble").textContent = sentence;
  part("trouble").hidden = !sentence;
  if (sentence) part("trouble").scrollIntoView({ block: "nearest" });
}

function tell(sentence) {
  part("news").textContent = sentence;
}

/** Squat at a moment, or else the nearest one. */
function squatAt(at) {
  const off = (squat) => Math.max(squat.start_s - at, at - squat.stop_s, 0);
  return state.squats.reduce((best, squat) => (!best || off(squat) < off(best) ? squat : best), null);
}

function sideAt(at) {
  const side = squatAt(at)?.side;
  return side && side !== "both" ? side : Object.keys(signals.curves)[0] ?? "left";
}

function showFrame(frame) {
  if (frame < 0) return;
  const at = signals.t[frame], side = sideAt(at);
  const fppa = signals.curves[side]?.fppa_deg[frame];
  const offset = signals.curves[side]?.knee_over_foot_pct[frame];
  const degrees = (value) => (value === null || value === undefined ? "–" : numbers.format(value));
  layers.draw(frame, side, fppa === null || fppa === undefined ? "" : `${numbers.format(fppa)}°`);
  part("seek").value = frame;
  const isHidden = stage.classList.contains("reading");
  part("now").textContent = text(isHidden ? "now_hidden" : "now", {
    frame: frame + 1, of: signals.t.length, at: seconds.format(at), fppa: degrees(fppa), offset: degrees(offset),
  });
  part("seek").setAttribute("aria-valuetext", part("now").textContent);
  part("play").setAttribute("aria-pressed", String(player.rate !== 0));
  stage.dataset.frame = frame;
  plots?.show(at);
  zoom(frame, side);
}

function zoom(frame, side) {
  const { style } = part("picture");
  const knee = part("zoom").checked ? layers.at(`${side}_knee`, frame) : null;
  if (!knee) {
    style.transform = "";
    return;
  }
  const [x, y] = knee.map((value, k) => (100 * value) / signals.size_px[k]);
  style.transform = `translate(${50 - x}%, ${50 - y}%) scale(2.5)`;
  style.transformOrigin = `${x}% ${y}%`;
}

async function loadSignals() {
  const { seq } = state;
  const answer = await ask(`/videos/${videoId}/signals`);
  const fresh = await answer.json();
  if (seq < seqOfSignals) return;
  seqOfSignals = seq;
  signals = fresh;
  layers.use(signals);
  part("picture").style.setProperty("--wide", signals.size_px[0] / signals.size_px[1]);
  if (!player) {
    player = new Player(document.querySelector("video"), signals.t, signals.first_s, showFrame);
    part("seek").max = signals.t.length - 1;
    plots = new Plots(part("plots"), (at) => (player.pause(), player.showAt(at)), moveBorder);
  }
  plots.use(signals, state.squats, sideAt);
  if (player.shown >= 0) showFrame(player.shown);
  else player.show(player.wanted);
  stage.dataset.ready = seq;
}

const edits = new Edits(videoId, (fresh) => {
  state = fresh;
  if (chosen !== null) choose(state.squats.find((squat) => Math.abs(squat.deepest_s - chosen) < 1), false);
  loadSignals().catch((error) => complain(text(error instanceof Unreachable ? "lost" : "closed")));
}, complain);

function moveBorder(squat, name, at) {
  edits.make({ kind: "borders", at_s: squat.deepest_s, [name]: at });
}

function choose(squat, isShown = true) {
  chosen = squat?.deepest_s ?? null;
  for (const chip of document.querySelectorAll("[data-squat]")) {
    const isOpen = squat !== undefined && Number(chip.dataset.squat) === squat.index;
    chip.setAttribute("aria-expanded", String(isOpen));
    part(`squat-${chip.dataset.squat}`).hidden = !isOpen;
  }
  if (squat && isShown && player) {
    player.pause();
    player.showAt(squat.deepest_s);
  }
  setLoop();
}

function chosenSquat() {
  return state.squats.find((squat) => squat.deepest_s === chosen) ?? squatAt(now());
}

function now() {
  return signals ? signals.t[player.wanted] : 0;
}

function setLoop() {
  if (!player) return;
  const squat = part("loop").checked ? chosenSquat() : null;
  const frames = (at) => signals.t.findIndex((each) => each >= at);
  player.loop = squat ? [frames(squat.start_s), Math.max(frames(squat.stop_s), frames(squat.start_s) + 1)] : null;
}

/** What a button orders, with what the page adds to it. */
function filled(button) {
  const order = JSON.parse(button.dataset.order);
  const { fill } = button.dataset;
  if (fill === "text") order.text = part("note").value;
  else if (fill === "between") Object.assign(order, marks);
  else if (fill) order[fill] = now();
  return order;
}

async function moveJoint(joint) {
  const squat = chosenSquat();
  if (!squat || squat.side === "both") return complain(text("no_squat"));
  player.pause();
  player.showAt(squat.deepest_s);
  const frame = player.wanted;
  const start = layers.at(`${squat.side}_${joint}`, frame);
  if (!start) return complain(text("no_joint"));
  tell(text("move_joint"));
  const place = await pointing.ask(start);
  tell("");
  if (!place || (place[0] === start[0] && place[1] === start[1])) return;
  await edits.make({ kind: "joint", at_s: squat.deepest_s, joint, right_px: place[0] - start[0], down_px: place[1] - start[1] });
}

async function takeReading() {
  const squat = chosenSquat();
  if (!squat || squat.side === "both") return complain(text("no_squat"));
  player.pause();
  player.showAt(squat.deepest_s);
  stage.classList.add("reading");
  showFrame(player.shown);
  const { size_px: size } = signals;
  const places = {};
  let place = [size[0] / 2, size[1] / 2];
  for (const [joint, sentence] of Object.entries(CLICKED)) {
    tell(text(sentence));
    place = await pointing.ask(place);
    if (!place) break;
    places[joint] = place;
  }
  tell("");
  stage.classList.remove("reading");
  showFrame(player.shown);
  if (place) await edits.make({ kind: "reading", at_s: squat.deepest_s, places });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { order, squat, mark, joint } = button.dataset;
  if (order) edits.make(filled(button));
  else if (squat) choose(button.getAttribute("aria-expanded") === "true" ? undefined : state.squats.find((each) => each.index === Number(squat)));
  else if (mark) {
    marks[mark] = now();
    tell(text(mark === "start_s" ? "marked_start" : "marked_stop", { at: seconds.format(now()) }));
  } else if (joint) moveJoint(joint);
  else if (button.id === "take-reading") takeReading();
  else if (button.dataset.qasls) edits.make(qasls(button.dataset.qasls));
});

function qasls(leg) {
  const ticked = document.querySelectorAll(`[data-leg=${leg}] input:checked`);
  return { kind: "qasls", leg, items: [...ticked].map((box) => box.name) };
}

const rate = () => Number(part("rate").value);
const toggle = (sign) => (player.rate === 0 || Math.sign(player.rate) !== sign ? player.play(sign * rate()) : player.pause());
const KEYS = {
  " ": () => toggle(1),
  k: () => player.pause(),
  l: () => player.play(rate()),
  j: () => player.play(-rate()),
  ArrowLeft: (event) => player.step(event.shiftKey ? -10 : -1),
  ArrowRight: (event) => player.step(event.shiftKey ? 10 : 1),
  Home: () => player.step(-Infinity),
  End: () => player.step(Infinity),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("textarea, select, input:not([type=checkbox], [type=range])");
  if (isTyping || event.altKey || !player) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    edits.make({ kind: event.shiftKey ? "redo" : "undo" });
    return;
  }
  if (pointing.key(event)) {
    event.preventDefault();
    return;
  }
  const presses = event.target.matches("button, summary, a, input");
  if (presses && (event.key === " " || (event.target.type === "range" && event.key.length > 1))) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
  if (player.shown >= 0) showFrame(player.shown);
});

stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  player?.step(Math.sign(event.deltaY));
}, { passive: false });
part("seek").addEventListener("input", () => {
  player.pause();
  player.show(Number(part("seek").value));
});
part("play").addEventListener("click", () => (toggle(1), showFrame(player.shown)));
part("back").addEventListener("click", () => player.step(-1));
part("on").addEventListener("click", () => player.step(1));
part("rate").addEventListener("change", () => player.rate && player.play(Math.sign(player.rate) * rate()));
part("loop").addEventListener("change", setLoop);
part("zoom").addEventListener("change", () => showFrame(player.shown));
for (const box of document.querySelectorAll("[data-layer]")) {
  box.addEventListener("change", () => layers.switch(box.dataset.layer, box.checked));
}
