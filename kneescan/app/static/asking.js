// Orders that delete something: the app first answers with a question, which is shown here.

import { ask } from "./server.js";

/** Send an order; if the app asks whether that is meant, ask the reader. Null if it was not meant. */
export async function order(path, method, content = {}) {
  const options = { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) };
  const answer = await ask(path, options, [200, 202, 204]);
  if (answer.status === 204) return {};
  const record = await answer.json();
  if (answer.status === 200) return record;
  if (!(await agrees(record))) return null;
  return order(path, method, { ...content, confirmed: record.confirmed });
}

function agrees(question) {
  const part = (name) => document.getElementById(`question${name}`);
  part("-title").textContent = question.title;
  part("-keep").textContent = question.keep;
  part("-go").textContent = question.button;
  part("-lines").replaceChildren(...question.lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
  return answerTo(part(""), "go");
}

let unanswered = () => {};

/** Show a dialog; true once it is closed by the button with this value. */
export function answerTo(dialog, value) {
  // That the question before was closed may be told only after this one is shown.
  unanswered();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const end = () => {
      if (dialog.open) return;
      dialog.removeEventListener("close", end);
      resolve(dialog.returnValue === value);
    };
    unanswered = () => {
      dialog.removeEventListener("close", end);
      resolve(false);
    };
    dialog.addEventListener("close", end);
  });
}

/** What the fields of a rule say. */
export function ruleOf(form) {
  const keep = form.elements.keep.value || null;
  const days = form.elements.days.value.trim();
  return { keep, after_days: /^\d{1,5}$/.test(days) ? Number(days) : null };
}

/** The page as it is now, from the app. */
export function freshPage() {
  return new Promise((resolve) => {
    // It hands over a parsed page, which the policy of the app would not let a script make of a text.
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = () => resolve(request.status === 200 ? request.response : null);
    request.onerror = () => resolve(null);
    request.send();
  });
}
