// What is kept of a person's videos, and how a person is deleted; part of the page of a person.

import { freshPage, order, ruleOf } from "../asking.js";
import { Closed, Unreachable, root } from "../server.js";

const EVERY_MS = 1500;
const WATCHED_MS = 4000; // What was asked for may begin in a moment.
const part = () => document.getElementById("person-keeping");
const path = `/api/people/${part().dataset.person}`;

/** Do something; what goes wrong is said. What the app answers, or null. */
async function attempt(work) {
  const trouble = part().querySelector(".trouble");
  trouble.hidden = true;
  try {
    return await work();
  } catch (error) {
    const known = error instanceof Closed ? part().dataset.closed : part().dataset.lost;
    trouble.textContent = error instanceof Closed || error instanceof Unreachable ? known : error.message;
    trouble.hidden = false;
    return null;
  }
}

async function change(work) {
  const answer = await attempt(work);
  if (answer === null) return;
  const fresh = (await freshPage())?.getElementById("person-keeping");
  if (fresh) {
    const after = document.importNode(fresh, true);
    after.querySelector("details").open = part().querySelector("details").open;
    part().replaceWith(after);
  }
  part().querySelector(".said").textContent = answer.text ?? "";
  part().querySelector("h2").focus();
  watch(Date.now() + WATCHED_MS);
}

/** Count again and again while videos are being reduced, and a moment longer. */
async function watch(untilMs) {
  const fresh = (await freshPage())?.getElementById("person-keeping");
  if (!fresh) return;
  part().querySelector(".counts").replaceWith(document.importNode(fresh.querySelector(".counts"), true));
  if (fresh.dataset.left !== "0" || Date.now() < untilMs) setTimeout(() => watch(untilMs), EVERY_MS);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#person-keeping .rule")) return;
  event.preventDefault();
  const rule = ruleOf(event.target);
  if (rule.keep && rule.keep !== "original" && rule.after_days === null) part().querySelector("[name=days]").focus();
  else change(() => order(`${path}/keeping`, "PUT", rule));
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("#person-keeping button");
  if (button?.classList.contains("reduce")) {
    change(() => order(`${path}/reduce`, "POST", { keep: button.dataset.keep }));
  } else if (button?.classList.contains("delete-person")) {
    if ((await attempt(() => order(path, "DELETE"))) !== null) location.assign(`${root}/people?deleted=1`);
  }
});

// What was asked for before may still go on.
if (part().dataset.left !== "0") watch(0);
