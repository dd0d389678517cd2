// Sending a form of a page to the app, and saying what went wrong where it was entered.

import { Closed, Unreachable, ask } from "../server.js";
import { text } from "../texts.js";

/** Send an order; the answer, or null if it was refused, which `problem` then says. */
export async function sent(path, order, problem) {
  try {
    const options = { method: "POST", body: JSON.stringify(order), headers: { "Content-Type": "application/json" } };
    const answer = await (await ask(path, options)).json();
    problem.textContent = "";
    return answer;
  } catch (error) {
    problem.textContent = said(error);
    return null;
  }
}

/** What was just done is not said again when the page is loaded again. */
export function sayOnce() {
  if (location.search) history.replaceState(null, "", location.pathname);
}

/** Sentence for an error of `ask`. */
export function said(error) {
  if (error instanceof Closed) return text("closed");
  if (error instanceof Unreachable) return text("lost");
  return /\s/.test(error.message) ? error.message : text("fault");
}

/** Send a form when it is submitted; once at a time. `order()` gives what is sent, `done(answer)` goes on. */
export function sends(form, path, order, problem, done) {
  let isBusy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const fields = form.querySelectorAll("input, select, textarea");
    const answer = await sent(path, order(), problem);
    isBusy = false;
    // Of several fields, the sentence says which one is meant.
    if (fields.length === 1) {
      if (answer) fields[0].removeAttribute("aria-invalid");
      else fields[0].setAttribute("aria-invalid", "true");
    }
    if (answer) done(answer);
    else if (fields.length === 1) fields[0].focus();
  });
}
