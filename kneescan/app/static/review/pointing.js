// Pointing at places in the picture, with the mouse, a finger, or the arrow keys and Enter.

import { drawing } from "../layers.js";

/** A finger that begins this near to the cross moves it along, and does not cover it. [css px] */
const NEAR_PX = 60;
/** Radius of the cross. [css px] */
const CROSS_PX = 8;
/** A finger that taps moves no further. [css px] */
const STILL_PX = 6;
/** The second half of a double click comes no later; it is not meant for the next place. */
const DOUBLE_MS = 500;

export class Pointing {
  /** `bar` holds the buttons with which somebody without keys takes a place, or gives up. */
  constructor(stage, svg, bar) {
    this.stage = stage;
    this.svg = svg;
    this.bar = bar;
    this.end = null;
    this.taken = null; // Event with which the last place was taken.
    this.mark = drawing("g", { class: "pointer", visibility: "hidden" });
    this.mark.append(drawing("circle", {}), drawing("path", {}));
    svg.append(this.mark);
    svg.addEventListener("pointerdown", (event) => this.pressed(event));
    svg.addEventListener("pointermove", (event) => this.moved(event));
    svg.addEventListener("pointerup", (event) => this.released(event));
    svg.addEventListener("pointercancel", () => (this.grip = null));
    bar.querySelector(".take").addEventListener("click", (event) => event.detail < 2 && this.end?.(this.at));
    bar.querySelector(".give-up").addEventListener("click", () => this.end?.(null));
  }

  get isOn() {
    return this.end !== null;
  }

  /** Ask for one place from `start` on; null if it was given up. */
  ask(start) {
    this.end?.(null);
    this.moveTo(start);
    this.mark.setAttribute("visibility", "visible");
    this.stage.classList.add("pointing");
    this.size();
    this.bar.hidden = false;
    this.stage.focus({ preventScroll: true });
    this.stage.scrollIntoView({ block: "nearest" });
    return new Promise((resolve) => {
      this.end = (place) => {
        this.end = this.grip = null;
        this.mark.setAttribute("visibility", "hidden");
        this.stage.classList.remove("pointing");
        this.bar.hidden = true;
        resolve(place);
      };
    });
  }

  /** True if the key was meant for pointing. */
  key(event) {
    if (!this.isOn) return false;
    const step = event.shiftKey ? 5 : 1;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "Escape") this.end(null);
    else if (event.target.matches("button, input")) return false;
    else if (event.key in moves) this.moveTo(this.at.map((value, k) => value + moves[event.key][k]));
    else if (event.key === "Enter") this.end(this.at);
    else return false;
    return true;
  }

  moveTo(place) {
    const { width, height } = this.svg.viewBox.baseVal;
    this.at = [Math.min(Math.max(place[0], 0), width), Math.min(Math.max(place[1], 0), height)];
    this.mark.setAttribute("transform", `translate(${this.at[0]} ${this.at[1]})`);
  }

  /** Pixels of the screen for one of the picture; also where the picture is enlarged. */
  get scale() {
    return this.svg.getBoundingClientRect().width / this.svg.viewBox.baseVal.width;
  }

  /** The cross is as large in an enlarged picture. */
  size() {
    const size = CROSS_PX / this.scale;
    this.mark.setAttribute("stroke-width", size / 6);
    this.mark.firstChild.setAttribute("r", size);
    this.mark.lastChild.setAttribute("d", `M${-2 * size} 0H${2 * size}M0 ${-2 * size}V${2 * size}`);
  }

  place(event) {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    const size = this.svg.viewBox.baseVal;
    return [(event.clientX - left) / width * size.width, (event.clientY - top) / height * size.height];
  }

  pressed(event) {
    if (!this.isOn || event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    if (this.isSecond(event)) return;
    this.svg.setPointerCapture(event.pointerId);
    const place = this.place(event);
    const off = [this.at[0] - place[0], this.at[1] - place[1]];
    const isNear = Math.hypot(...off) * this.scale < NEAR_PX;
    this.grip = event.pointerType === "touch" && isNear ? off : [0, 0];
    this.tap = { x: event.clientX, y: event.clientY };
    this.moved(event);
  }

  /** Whether this is the second half of a double click. */
  isSecond({ clientX, clientY, timeStamp }) {
    const { taken } = this;
    if (!taken || timeStamp - taken.timeStamp > DOUBLE_MS) return false;
    return Math.hypot(clientX - taken.clientX, clientY - taken.clientY) <= STILL_PX;
  }

  moved(event) {
    if (!this.isOn || !this.grip) return;
    if (this.tap && Math.hypot(event.clientX - this.tap.x, event.clientY - this.tap.y) > STILL_PX) this.tap = null;
    this.moveTo(this.place(event).map((value, k) => value + this.grip[k]));
  }

  released(event) {
    const wasPressed = this.grip;
    this.grip = null;
    // A tap sets the cross, a drag moves it along.
    if (wasPressed && this.isOn && this.tap) this.moveTo(this.place(event));
    // A finger covers what it points at, so the button takes the place.
    if (!wasPressed || !this.isOn || event.pointerType === "touch") return;
    this.taken = event;
    this.end(this.at);
  }
}
