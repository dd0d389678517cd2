// The page of a measured video: player, lines, plots and panel move together.

import { Edits } from "./edits.js";
import { Layers } from "../layers.js";
import { Player, nearest } from "../player.js";
import { Plots } from "./plots.js";
import { Pointing } from "./pointing.js";
import { movedJoint, reading } from "./clicked.js";
import { listenToControls } from "./controls.js";
import { listenToReader } from "./reader.js";
import { complain, isSaid, part, tell } from "./saying.js";
import { hasUnkept, ticked } from "./unkept.js";
import { Zoom, aroundJoint, aroundLeg } from "./zooming.js";
import { Closed, Unreachable, ask } from "../server.js";
import { text } from "../texts.js";

const { video: videoId } = document.body.dataset;
const stage = part("stage");
const layers = new Layers(part("layers"));
const pointing = new Pointing(stage, part("layers"), part("pointing"));
const zoom = new Zoom(stage, part("picture"), part("zoom"), () => !pointing.isOn);
const formats = (digits) => new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const tenths = formats(1), hundredths = formats(2);
let signals = null, player = null, plots = null, state = { squats: [] }, chosen = null, seqOfSignals = -1;
let marks = {}, task = null, lost = "", showReader = () => {};

function degrees(value) {
  return value === null || value === undefined ? "–" : tenths.format(value).replace("-", "−");
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

function isBlindAt(at) {
  return state.squats.some((squat) => squat.blind && squat.start_s <= at && at <= squat.stop_s);
}

/** The whole leg, hip to toe: kneescan's own knee in the middle of the picture would give it away. */
function legAt(side, frame) {
  const joints = ["hip", "ankle", "foot_index"].map((joint) => layers.at(`${side}_${joint}`, frame));
  return aroundLeg(joints, signals.size_px);
}

function showFrame(frame) {
  // A video that failed before its player was made shows the lines once it is.
  if (!player) return;
  part("play").setAttribute("aria-pressed", String(player.rate !== 0));
  if (frame < 0) return;
  const at = signals.t[frame], side = sideAt(at);
  const fppa = signals.curves[side]?.fppa_deg[frame];
  const offset = signals.curves[side]?.knee_over_foot_pct[frame];
  const isHidden = stage.classList.contains("reading") || isBlindAt(at);
  layers.draw(frame, side, isHidden || fppa === null || fppa === undefined ? "" : `${degrees(fppa)}°`, isBlindAt(at));
  part("seek").value = frame;
  part("now").textContent = text(isHidden ? "now_hidden" : "now", {
    frame: frame + 1, of: signals.t.length, at: hundredths.format(at), fppa: degrees(fppa), offset: degrees(offset),
  });
  part("seek").setAttribute("aria-valuetext", part("now").textContent);
  stage.dataset.frame = frame;
  plots?.show(at);
  zoom.show(isHidden ? legAt(side, frame) : aroundJoint(task?.centre ?? layers.at(`${side}_knee`, frame), signals.size_px));
  // What is clicked belongs to one picture.
  if (pointing.isOn && task && player.wanted !== task.frame) pointing.end(null);
}

/** Show the signals of the present state; most edits leave them as they are, and nothing is asked for. */
async function loadSignals() {
  const { seq } = state;
  const fresh = signals?.mark === state.signals && !lost ? signals : await (await ask(`/videos/${videoId}/signals`)).json();
  if (seq < seqOfSignals) return;
  if (isSaid(lost)) complain();
  lost = "";
  seqOfSignals = seq;
  signals = fresh;
  layers.use(signals);
  part("picture").style.setProperty("--wide", signals.size_px[0] / signals.size_px[1]);
  if (!player) begin();
  player.revive();
  plots.use(signals, state.squats, sideAt);
  if (player.shown >= 0) showFrame(player.shown);
  else player.show(player.wanted);
  setLoop();
  stage.dataset.ready = seq;
}

function begin() {
  player = new Player(document.querySelector("video"), signals.t, signals.first_s, showFrame);
  part("seek").max = signals.t.length - 1;
  plots = new Plots(part("plots"), (at) => (player.pause(), player.showAt(at)), moveBorder);
  listenToControls(player, { stage, pointing, plots, edits, showFrame, setLoop });
  part("player").disabled = false;
}

function why(error) {
  if (error instanceof Unreachable) return text("lost");
  if (error instanceof Closed) return text("closed");
  return error.status === 404 ? text("gone") : text("not_shown");
}

const edits = new Edits(videoId, (fresh) => {
  const isSame = fresh.seq === state.seq && fresh.who === state.who && signals && !lost;
  // What was said, and what is being clicked, belongs to the reader before.
  if (state.who !== undefined && fresh.who !== state.who) {
    pointing.end?.(null);
    tell("");
  }
  state = fresh;
  showReader(fresh.who);
  if (chosen !== null) choose(nearestTo(chosen), false);
  if (isSame) return;
  loadSignals().catch((error) => {
    complain(lost = why(error));
  }).then(() => {
    // What was pressed before would be about no picture.
    part("saying").disabled = false;
  });
}, startAnew, (sentence, detail, language) => {
  if ([text("closed"), text("lost")].includes(sentence)) lost = sentence;
  complain(sentence, detail, language);
});

/** The video was measured again: times, lines and pictures are others. A note or ticks that are not kept stay here. */
function startAnew({ who }, problem) {
  showReader(who);
  if (!hasUnkept()) return location.reload();
  complain(problem || part("filmed").dataset.new);
}

/** Squat that was at a deepest moment, which an edit may have moved a little. */
function nearestTo(deepest) {
  const off = (squat) => Math.abs(squat.deepest_s - deepest);
  const best = state.squats.reduce((one, other) => (!one || off(other) < off(one) ? other : one), null);
  return best && off(best) < 1 ? best : undefined;
}

function moveBorder(squat, name, at) {
  edits.make({ kind: "borders", at_s: squat.deepest_s, [name]: at });
}

function choose(squat, isShown = true) {
  chosen = squat?.deepest_s ?? null;
  for (const chip of document.querySelectorAll("[data-squat]")) {
    const isOpen = Boolean(squat) && Number(chip.dataset.squat) === squat.index;
    chip.setAttribute("aria-expanded", String(isOpen));
    part(`squat-${chip.dataset.squat}`).hidden = !isOpen;
  }
  if (squat && isShown && player) {
    player.pause();
    player.showAt(squat.deepest_s);
  }
  plots?.choose(chosen);
  setLoop();
}

function chosenSquat() {
  return state.squats.find((squat) => squat.deepest_s === chosen) ?? squatAt(now());
}

function now() {
  return signals && player ? signals.t[player.wanted] : 0;
}

function setLoop() {
  if (!player) return;
  const squat = part("loop").checked ? chosenSquat() : null;
  const [first, last] = squat ? [squat.start_s, squat.stop_s].map((at) => nearest(signals.t, at)) : [];
  player.loop = squat ? [first, Math.max(last, Math.min(first + 1, signals.t.length - 1))] : null;
}

/** What a button orders, with what the page adds to it; null if something is missing. */
function filled(button) {
  const order = JSON.parse(button.dataset.order);
  const { fill } = button.dataset;
  if (!player && fill && fill !== "text") return complain(lost), null;
  if (fill === "text") {
    order.text = part("note").value;
    if (!order.text.trim()) return part("note").focus(), null;
  } else if (fill === "between") {
    if (marks.start_s === undefined || marks.stop_s === undefined) return complain(text("no_marks")), null;
    Object.assign(order, marks);
  } else if (fill) order[fill] = now();
  return order;
}

async function order(button) {
  const wanted = filled(button);
  if (!wanted || !(await edits.make(wanted)) || wanted.kind !== "add") return;
  const at = wanted.at_s ?? (wanted.start_s + wanted.stop_s) / 2;
  marks = {};
  tell("");
  choose(state.squats.find((squat) => squat.start_s <= at && at <= squat.stop_s));
}

/** Let the reader click in the picture of the chosen squat, once at a time. */
async function point(click) {
  // Who reads may just be changing, which would end the clicking.
  await edits.last;
  if (!player) return complain(lost);
  if (task) return;
  const squat = chosenSquat();
  if (!squat || squat.side === "both") return complain(text("no_squat"));
  complain();
  // Also when none was chosen: whose deepest point is shown, stands beside it.
  choose(squat);
  task = { frame: player.wanted, centre: null };
  zoom.centreAgain();
  try {
    // What is clicked before would be a place in another picture.
    if (!(await player.arrived(task.frame))) return;
    const made = await click(squat);
    if (made?.trouble) complain(made.trouble);
    else if (made && (await edits.make(made)) && made.kind === "reading") tell(text("reading_kept"));
  } finally {
    task = null;
    showTelling(true);
    showFrame(player.shown);
  }
}

/** Lines, numbers and curves that would lean on a reading, shown or hidden. */
function showTelling(isShown) {
  stage.classList.toggle("reading", !isShown);
  document.body.classList.toggle("by-hand", !isShown);
}

function moveJoint(joint) {
  return point((squat) => {
    if (squat.blind) return { trouble: text("read_first") };
    task.centre = layers.at(`${squat.side}_${joint}`, task.frame);
    return movedJoint(joint, squat, { pointing, layers, frame: task.frame, tell });
  });
}

function takeReading() {
  return point((squat) => {
    showTelling(false);
    showFrame(player.shown);
    const middle = (part("zoom").checked && legAt(squat.side, task.frame)?.centre) || [0.5, 0.5];
    return reading(squat, middle.map((share, k) => share * signals.size_px[k]), { pointing, tell });
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { order: ordered, squat, mark, joint, qasls } = button.dataset;
  const isAgain = /"(undo|redo)"/.test(ordered ?? "");
  // The second half of a double click would hit what has appeared in this place.
  if (event.detail > 1 && !isAgain && (ordered || qasls || joint)) return;
  if (ordered) order(button);
  else if (squat) choose(button.getAttribute("aria-expanded") === "true" ? undefined : state.squats.find((each) => each.index === Number(squat)));
  else if (mark && !player) complain(lost);
  else if (mark) {
    marks[mark] = now();
    tell(text(mark === "start_s" ? "marked_start" : "marked_stop", { at: hundredths.format(now()) }));
  } else if (joint) moveJoint(joint);
  else if (button.id === "take-reading") takeReading();
  else if (button.id === "trouble-read") complain();
  else if (qasls) edits.make(ticked(qasls));
});

for (const box of document.querySelectorAll("[data-layer]")) {
  box.addEventListener("change", () => layers.switch(box.dataset.layer, box.checked));
}
showReader = listenToReader(part("reader"), (decided) => edits.refresh(decided), complain);
document.addEventListener("visibilitychange", () => !document.hidden && edits.refresh());
window.addEventListener("beforeunload", (event) => hasUnkept() && event.preventDefault());
