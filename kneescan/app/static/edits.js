// Edits: every change goes to the app, which answers with the panel as it is then.

import { text } from "/static/texts.js";

export class Edits {
  /** `onChange(numbers)` is called with the numbers of each new state, `complain(sentence)` with what is wrong. */
  constructor(videoId, onChange, complain) {
    this.path = `/api/videos/${videoId}/edits`;
    this.onChange = onChange;
    this.complain = complain;
    this.isBusy = false;
    this.read();
  }

  get panel() {
    return document.getElementById("panel");
  }

  read() {
    this.numbers = JSON.parse(this.panel.dataset.numbers);
    this.onChange(this.numbers);
  }

  /** Make an edit; true if it was made. */
  async make(order) {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.panel.setAttribute("aria-busy", "true");
    try {
      const answer = await asked(this.path, { ...order, seq: this.numbers.seq });
      if (answer.status === 403) this.complain(text("closed"));
      else if (!answer.panel) this.complain(text(answer.status ? "not_kept" : "lost"));
      else {
        this.complain([answer.panel.dataset.problem, answer.panel.dataset.detail].filter(Boolean).join(" "));
        this.replace(answer.panel, answer.status === 200 && order.kind === "note");
        return answer.status === 200;
      }
    } finally {
      this.isBusy = false;
      this.panel.removeAttribute("aria-busy");
    }
    return false;
  }

  /** Put the new panel in place, with focus, typed words and opened parts as they were. */
  replace(panel, isNoteKept) {
    const before = this.panel;
    const focus = before.contains(document.activeElement) ? document.activeElement : null;
    const fresh = document.importNode(panel, true);
    if (!isNoteKept) fresh.querySelector("#note").value = before.querySelector("#note").value;
    for (const part of before.querySelectorAll("details[open]")) {
      fresh.querySelector(`details.${part.className.replaceAll(" ", ".")}`)?.setAttribute("open", "");
    }
    before.replaceWith(fresh);
    this.read();
    if (!focus) return;
    const same = [...fresh.querySelectorAll("button, textarea, summary, input, select")].find(
      (each) => alike(each, focus) && !each.disabled && each.checkVisibility(),
    );
    (same ?? fresh.querySelector(".chip[aria-expanded=true]") ?? fresh.querySelector(".undo:enabled") ?? document.getElementById("stage")).focus();
  }
}

function alike(one, other) {
  const key = (each) => each.id || each.dataset.same || each.dataset.order || each.dataset.squat || each.textContent;
  return key(one) === key(other);
}

function asked(path, order) {
  return new Promise((resolve) => {
    // It hands over a parsed page, which the policy of the app would not let a script make of a text.
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "document";
    request.onload = () => resolve({ status: request.status, panel: request.response?.getElementById("panel") });
    request.onerror = () => resolve({ status: 0, panel: null });
    request.send(JSON.stringify(order));
  });
}
