// How a video was filmed: what is chosen goes to the app, which measures it again; the page says how far it is.

import { order } from "../asking.js";
import { hasUnkept } from "./unkept.js";
import { ask, Closed, Refused } from "../server.js";

const EVERY_MS = 1000;
const part = (name) => document.getElementById(`filmed${name}`);
const box = part("");
const form = part("-form");
const { video, measured } = box.dataset;
const path = `/api/videos/${video}/measure`;
const isReviewed = Boolean(document.getElementById("panel"));
const isInWork = (state) => ["queued", "running"].includes(state);

function complain(sentence) {
  const place = part("-problem");
  if (!place) return void (part("-state").textContent = sentence);
  place.textContent = sentence;
  place.hidden = !sentence;
}

function why(error) {
  if (error instanceof Closed) return box.dataset.closed;
  if (!(error instanceof Refused)) return box.dataset.lost;
  return error.status === 404 ? box.dataset.gone : error.message;
}

/** What was chosen, as numbers; a rate that is none is left to the app to refuse. */
function chosen() {
  const { turn, rate, other } = form.elements;
  const typed = rate.value === "other" ? other.value : rate.value;
  return { rotate_deg: Number(turn.value), recorded_fps: rate.value === "" ? null : Number(typed) };
}

/** A field that is hidden would stop the form without a word if what is in it is wrong. */
function showOther() {
  const isOther = form.elements.rate.value === "other";
  form.querySelector(".other").hidden = !isOther;
  form.elements.other.disabled = !isOther;
}

function letChoose(isAllowed) {
  if (form) form.querySelector("fieldset").disabled = !isAllowed;
}

async function measureAgain() {
  complain("");
  try {
    const answer = await order(path, "POST", chosen());
    if (!answer) return;
    part("-state").textContent = answer.text;
    // What changes nothing may already have been done by another window, whose results this one shows then.
    if (answer.queued || String((await progress()).measured) !== measured) await watch();
  } catch (error) {
    complain(why(error));
    // If another window was faster, this one goes along.
    if (error.status === 409 && isInWork((await progress().catch(() => ({}))).state)) await watch();
  }
}

const progress = async () => (await ask(path)).json();

function show({ text, share, state }) {
  const focused = document.activeElement;
  if (part("-state").textContent !== text && text) part("-state").textContent = text;
  part("-cancel").hidden = !isInWork(state);
  letChoose(!isInWork(state));
  const bar = part("-bar");
  bar.hidden = !isInWork(state);
  if (share === null) bar.removeAttribute("value");
  else bar.value = share;
  // What is hidden or disabled loses the focus.
  if (box.contains(focused) && (focused.hidden || focused.matches(":disabled"))) part("-title")?.focus();
}

/** Say how far it is until it ends; then show the new results, unless a note or ticks that are not kept would be lost. */
async function watch() {
  for (;;) {
    try {
      const now = await progress();
      show(now);
      complain("");
      if (!isInWork(now.state)) return end(now);
    } catch (error) {
      complain(why(error));
      if (error instanceof Closed || error.status === 404) return;
    }
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

/** Until the new page is there, what is chosen on the old one would be lost. */
function showAnew() {
  letChoose(false);
  location.reload();
}

function end(now) {
  const isNew = String(now.measured) !== measured || !isReviewed;
  // What was ordered has brought nothing; the form says how the results that are shown were filmed.
  if (form && !isNew) {
    form.reset();
    showOther();
  }
  // On a page of a video in work, there are no reports and files.
  const isWhole = box.dataset.state === now.state && !isNew;
  if (!isWhole && !hasUnkept()) showAnew();
  else if (isNew) part("-state").textContent = box.dataset.new;
  else part("-state").textContent = now.outcome === "cancelled" ? box.dataset.cancelled : now.text;
}

/** Choose what a remark is about; it is measured only when the button is pressed. */
function choose({ turn, rate }) {
  part("-title").parentElement.open = true;
  if (!form) return part("-title").focus();
  const { elements } = form;
  if (turn) elements.turn.value = turn;
  if (rate) {
    const isListed = [...elements.rate.options].some((option) => option.value === rate);
    elements.rate.value = isListed ? rate : "other";
    if (!isListed) elements.other.value = rate;
    showOther();
  }
  const field = turn ? elements.turn : elements.rate;
  field.focus();
  box.scrollIntoView({ block: "start" });
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    measureAgain();
  });
  form.elements.rate.addEventListener("change", showOther);
  showOther();
  // What was chosen before would not have reached this script.
  letChoose(!isInWork(box.dataset.state));
}
part("-cancel").addEventListener("click", async () => {
  try {
    await ask(`/api/videos/${video}/cancel`, { method: "POST" });
  } catch (error) {
    complain(why(error));
  }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-filmed]");
  if (button) choose(JSON.parse(button.dataset.filmed));
});
if (isInWork(box.dataset.state)) watch();
