// Files that are made when somebody wants them: the page says so meanwhile, and then opens them.

import { ask, Closed, Refused } from "../server.js";

const AGAIN_MS = 500;
const making = document.getElementById("making");
const reportState = document.getElementById("report-state");
const texts = making.dataset;
const { video } = document.body.dataset;
const report = document.querySelector("details.reported");
const frame = report?.querySelector("iframe");
const wanted = new Map();

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Wait until a file is made, and say so; false if it cannot be, or another one was asked for in the same place. */
async function made(kind, said) {
  const own = (wanted.get(said) ?? 0) + 1;
  wanted.set(said, own);
  said.textContent = texts.working;
  try {
    for (;;) {
      const answer = await ask(`/api/videos/${video}/make/${kind}`, { method: "POST" });
      if (own !== wanted.get(said)) return false;
      if ((await answer.json()).state === "made") break;
      await pause(AGAIN_MS);
    }
  } catch (error) {
    if (own === wanted.get(said)) said.textContent = why(error);
    return false;
  }
  said.textContent = texts.done;
  return true;
}

function why(error) {
  if (error instanceof Closed) return texts.closed;
  if (!(error instanceof Refused)) return texts.lost;
  return error.status === 404 ? texts.gone : error.message;
}

for (const link of document.querySelectorAll("a[data-make]")) {
  link.addEventListener("click", async (event) => {
    // With Ctrl or the middle button, the address itself says when it is made.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (await made(link.dataset.make, making)) location.assign(link.href);
  });
}

async function showReport() {
  if (!report.open || !(await made("report", reportState))) return;
  // The browser takes a while to show it, and until then the frame would be a blank box.
  reportState.textContent = texts.working;
  // Corrections may have been made since it was opened last.
  frame.src = frame.dataset.src;
}

function reportIsShown() {
  if (!frame.src) return;
  frame.hidden = false;
  reportState.textContent = "";
}

if (report) {
  frame.addEventListener("load", reportIsShown);
  report.addEventListener("toggle", showReport);
  // It may have been opened before this script was there.
  showReport();
}
