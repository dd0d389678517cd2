// Edits: every change goes to the app, which answers with the panel as it is then.

import { root } from "../server.js";
import { text } from "../texts.js";

/** Edits that may wait for those before them; somebody who holds a key down makes no more. */
const MOST_WAITING = 20;

export class Edits {
  /**
   * `onChange(numbers)` is called with the numbers of each new state, `complain(sentence, detail, language)` with what is wrong;
   * `onEarlier(numbers, problem)` instead, once there are other results than those of the page.
   */
  constructor(videoId, onChange, onEarlier, complain) {
    this.path = `${root}/api/videos/${videoId}/edits`;
    this.onChange = onChange;
    this.onEarlier = onEarlier;
    this.complain = complain;
    this.waiting = 0;
    this.row = 0; // Edits that were ordered before one failed are not made.
    this.last = Promise.resolve();
    this.read();
    this.measured = this.numbers.measured; // Which results the page shows, until it is loaded again.
  }

  get panel() {
    return document.getElementById("panel");
  }

  read() {
    this.numbers = JSON.parse(this.panel.dataset.numbers);
    this.onChange(this.numbers);
  }

  /** Make an edit after those that wait; true if it was made. */
  make(order) {
    if (this.waiting >= MOST_WAITING) return Promise.resolve(false);
    const { row } = this;
    this.waiting += 1;
    this.panel.setAttribute("aria-busy", "true");
    const made = this.last.then(() => row === this.row && this.send(order));
    this.last = made.catch(() => {}).then(() => {
      this.waiting -= 1;
      if (!this.waiting) this.panel.removeAttribute("aria-busy");
    });
    return made;
  }

  async send(order) {
    // A key that is held down undoes all there is, and then nothing.
    if (this.panel.querySelector(`.${order.kind}:disabled`)) return false;
    const { seq, who } = this.numbers;
    const content = JSON.stringify({ ...order, seq, who, measured: this.measured });
    const isMade = this.take(await asked("POST", this.path, content), order);
    if (!isMade) this.row += 1;
    return isMade;
  }

  /** Ask how things are, for example after it was decided who reads; edits wait for the answer. */
  refresh(decided) {
    const asking = this.last.then(() => decided).then(() => asked("GET", this.path, null));
    this.last = asking.then((answer) => void this.take(answer, null)).catch(() => {});
  }

  take({ status, panel }, order) {
    if (status === 403) this.complain(text("closed"));
    else if (status === 404) this.complain(text("gone"));
    else if (!panel) this.complain(text(status ? "not_kept" : "lost"));
    else {
      const made = status === 200 ? order : null;
      const numbers = JSON.parse(panel.dataset.numbers);
      // Who only looks how things are has not heard yet what was wrong with an order.
      if (order) this.complain(panel.dataset.problem, panel.dataset.detail, panel.dataset.detailLanguage);
      if (numbers.measured === this.measured) this.replace(panel, made);
      else this.stay(numbers, made, panel.dataset.problem);
      return status === 200;
    }
    return false;
  }

  /** Leave the panel as it is: it belongs to the picture, and the new one does not. Notes can still be kept. */
  stay(numbers, made, problem) {
    this.numbers = numbers;
    emptyNote(made);
    this.onEarlier(numbers, problem);
  }

  /** Put the new parts in place, with focus, ticks and opened parts as they were. The field for notes is not touched. */
  replace(panel, made) {
    const before = this.panel;
    const focus = before.contains(document.activeElement) ? document.activeElement : null;
    const fresh = document.importNode(panel, true);
    for (const part of before.querySelectorAll("details[open]")) {
      fresh.querySelector(`details.${part.className.replaceAll(" ", ".")}`)?.setAttribute("open", "");
    }
    for (const box of before.querySelectorAll("[data-leg] input")) {
      const { leg } = box.closest("[data-leg]").dataset;
      if (box.checked === box.defaultChecked || (made?.kind === "qasls" && made.leg === leg)) continue;
      const same = fresh.querySelector(`[data-leg=${leg}] input[name=${box.name}]`);
      if (same) same.checked = box.checked;
    }
    for (const part of fresh.querySelectorAll("[data-part]")) {
      before.querySelector(`[data-part=${part.dataset.part}]`).replaceWith(part);
    }
    before.dataset.numbers = fresh.dataset.numbers;
    emptyNote(made);
    this.read();
    if (!focus || focus.isConnected) return;
    const same = [...before.querySelectorAll("button, summary, input, select")].find(
      (each) => alike(each, focus) && !each.disabled && each.checkVisibility(),
    );
    (same ?? before.querySelector(".chip[aria-expanded=true]") ?? before.querySelector(".undo:enabled") ?? document.getElementById("stage")).focus({ preventScroll: true });
  }
}

/** Empty the field for notes once what is in it is kept. */
function emptyNote(made) {
  const note = document.getElementById("note");
  if (made?.kind === "note" && note.value === made.text) note.value = "";
}

function alike(one, other) {
  const key = (each) => each.id || each.dataset.same || (each.dataset.order ?? "") + (each.dataset.fill ?? "") || each.dataset.squat || each.name || each.textContent;
  return key(one) === key(other) && one.closest("[data-leg]")?.dataset.leg === other.closest("[data-leg]")?.dataset.leg;
}

function asked(method, path, content) {
  return new Promise((resolve) => {
    // It hands over a parsed page, which the policy of the app would not let a script make of a text.
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.responseType = "document";
    request.onload = () => resolve({ status: request.status, panel: request.response?.getElementById("panel") });
    request.onerror = () => resolve({ status: 0, panel: null });
    request.send(content);
  });
}
