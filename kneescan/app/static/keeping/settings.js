// The settings: each change is sent at once, and the page then shows how things are.

import { freshPage, order, ruleOf } from "../asking.js";
import { Closed, Unreachable, ask } from "../server.js";
import { text } from "../texts.js";

const EVERY_MS = 700;
const part = (id) => document.getElementById(id);
let timer = 0;
const WATCHED_MS = 4000;
let watchedUntil = 0; // What was just asked for may begin in a moment.

function complain(sentence) {
  part("trouble").textContent = sentence;
  part("trouble").hidden = !sentence;
  if (sentence) part("trouble").scrollIntoView({ block: "nearest" });
}

/** Do something; what goes wrong is said. True if it was done. */
async function attempt(work) {
  complain("");
  try {
    const answer = await work();
    if (answer === null) return false;
    watchedUntil = Date.now() + WATCHED_MS;
    part("news").textContent = answer.text ?? "";
    return true;
  } catch (error) {
    if (error instanceof Closed) complain(text("closed"));
    else if (error instanceof Unreachable) complain(text("lost"));
    else complain(error.message);
    return false;
  }
}

/** Show the page as it is now, with focus and opened parts as they are. */
async function refresh() {
  clearTimeout(timer);
  const fresh = (await freshPage())?.getElementById("settings");
  if (!fresh) return;
  const before = part("settings");
  const focus = before.contains(document.activeElement) ? document.activeElement.id : "";
  const after = document.importNode(fresh, true);
  for (const opened of before.querySelectorAll("details[open]")) after.querySelector(`#${opened.id}`).open = true;
  for (const field of before.querySelectorAll("#rule input, #backup-folder, #reader-name")) {
    const same = after.querySelector(`#${field.id}`);
    same.value = field.value;
    same.checked = field.checked;
  }
  before.replaceWith(after);
  if (focus) (part(focus) ?? part("keeping-title")).focus();
  timer = setTimeout(look, EVERY_MS);
}

/** Show how far the backup and the reduction are, as long as there is something to see. */
async function look() {
  clearTimeout(timer);
  let now;
  try {
    now = await (await ask("/api/backup")).json();
  } catch {
    timer = setTimeout(look, 5 * EVERY_MS);
    return;
  }
  const isRunning = now.state === "running";
  const wasRunning = part("settings").dataset.backup === "running";
  part("backup-progress").hidden = !isRunning;
  part("backup-cancel").hidden = !isRunning;
  part("backup").querySelector("button").disabled = isRunning;
  if (now.share === null) part("backup-progress").removeAttribute("value");
  else part("backup-progress").value = now.share;
  if (part("backup-state").textContent !== now.text) part("backup-state").textContent = now.text;
  part("settings").dataset.backup = isRunning ? "running" : "";
  const hasChanged = String(now.n_left) !== part("settings").dataset.left;
  if (hasChanged || (wasRunning && !isRunning)) await refresh();
  else if (isRunning || now.n_left || Date.now() < watchedUntil) timer = setTimeout(look, EVERY_MS);
}

/** Begin a backup; how far it is stands beside the button. */
async function begin(folder) {
  await order("/api/backup", "POST", { folder });
  part("settings").dataset.backup = "running";
  return {};
}

document.addEventListener("change", async (event) => {
  const { form } = event.target;
  if (form?.id === "language") {
    if (await attempt(() => order("/api/settings/language", "POST", { language: event.target.value }))) location.reload();
  } else if (form?.id === "reader") {
    if (!(await attempt(() => order("/api/settings/reader", "POST", { name: event.target.value })))) await refresh();
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.closest("dialog")) return;
  event.preventDefault();
  if (form.id === "new-reader") {
    const field = part("reader-name");
    if (field.value.trim() && (await attempt(() => order("/api/settings/reader", "POST", { name: field.value })))) {
      field.value = "";
      await refresh();
    }
    part("reader-name").focus();
  } else if (form.id === "rule") {
    const rule = ruleOf(form);
    if (rule.keep !== "original" && rule.after_days === null) part("after-days").focus();
    else if (await attempt(() => order("/api/settings/keeping", "PUT", rule))) await refresh();
  } else if (form.id === "backup") {
    if (await attempt(() => begin(part("backup-folder").value))) look();
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.classList.contains("forget")) {
    if (await attempt(() => order("/api/settings/reader", "DELETE", { name: button.dataset.name }))) await refresh();
    part("reader-name").focus();
  } else if (button.classList.contains("reduce")) {
    if (await attempt(() => order("/api/settings/reduce", "POST", { keep: button.dataset.keep }))) await refresh();
  } else if (button.id === "clock") {
    if (await attempt(() => order("/api/settings/clock", "POST"))) await refresh();
    part("keeping-title").focus();
  } else if (button.id === "backup-cancel") {
    await attempt(async () => (await order("/api/backup", "DELETE")) && {});
    look();
  }
});

look();
