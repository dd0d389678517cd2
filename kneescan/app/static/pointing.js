// Pointing at places in the picture, with the mouse, a finger, or the arrow keys and Enter.

import { drawing } from "/static/layers.js";

export class Pointing {
  constructor(stage, svg) {
    this.stage = stage;
    this.svg = svg;
    this.end = null;
    this.mark = drawing("g", { class: "pointer", visibility: "hidden" });
    this.mark.append(drawing("circle", {}), drawing("path", {}));
    svg.append(this.mark);
    svg.addEventListener("pointerdown", (event) => this.pressed(event));
    svg.addEventListener("pointermove", (event) => this.isPressed && this.moveTo(this.place(event)));
    svg.addEventListener("pointerup", () => this.released());
  }

  get isOn() {
    return this.end !== null;
  }

  /** Ask for one place from `start` on; null if it was given up. */
  ask(start) {
    this.end?.(null);
    const size = this.svg.viewBox.baseVal.height / 60;
    this.mark.firstChild.setAttribute("r", size);
    this.mark.lastChild.setAttribute("d", `M${-2 * size} 0H${2 * size}M0 ${-2 * size}V${2 * size}`);
    this.moveTo(start);
    this.mark.setAttribute("visibility", "visible");
    this.stage.classList.add("pointing");
    this.stage.focus();
    return new Promise((resolve) => {
      this.end = (place) => {
        this.end = null;
        this.mark.setAttribute("visibility", "hidden");
        this.stage.classList.remove("pointing");
        resolve(place);
      };
    });
  }

  /** True if the key was meant for pointing. */
  key(event) {
    if (!this.isOn) return false;
    const step = event.shiftKey ? 5 : 1;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key in moves) this.moveTo(this.at.map((value, k) => value + moves[event.key][k]));
    else if (event.key === "Enter") this.end(this.at);
    else if (event.key === "Escape") this.end(null);
    else return false;
    return true;
  }

  moveTo(place) {
    const { width, height } = this.svg.viewBox.baseVal;
    this.at = [Math.min(Math.max(place[0], 0), width), Math.min(Math.max(place[1], 0), height)];
    this.mark.setAttribute("transform", `translate(${this.at[0]} ${this.at[1]})`);
  }

  place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  pressed(event) {
    if (!this.isOn) return;
    event.preventDefault();
    this.isPressed = true;
    this.svg.setPointerCapture(event.pointerId);
    this.moveTo(this.place(event));
  }

  released() {
    const wasPressed = this.isPressed;
    this.isPressed = false;
    if (wasPressed && this.isOn) this.end(this.at);
  }
}
