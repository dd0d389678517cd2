// Zooming in on a joint, and dragging the enlarged picture.

const TIMES = 2.5;

export class Zoom {
  /** `box` switches it on; `isFree()` says whether the picture may be dragged now. */
  constructor(stage, picture, box, isFree) {
    this.picture = picture;
    this.stage = stage;
    this.box = box;
    this.isFree = isFree;
    this.centre = null;
    this.shift = [0, 0]; // By which the reader dragged the picture. [css px]
    stage.addEventListener("pointerdown", (event) => this.grab(event));
    stage.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => (this.from = null));
    box.addEventListener("change", () => (this.shift = [0, 0]));
  }

  /** Show the picture around a place, given as shares of width and height; null for all of it. */
  show(centre) {
    this.centre = this.box.checked ? centre : null;
    const { style } = this.picture;
    this.stage.classList.toggle("zoomed", this.centre !== null);
    if (!this.centre) {
      style.transform = "";
      return;
    }
    const [x, y] = this.centre.map((share) => 100 * share);
    const [right, down] = this.shift;
    style.transform = `translate(calc(${50 - x}% + ${right}px), calc(${50 - y}% + ${down}px)) scale(${TIMES})`;
    style.transformOrigin = `${x}% ${y}%`;
  }

  grab(event) {
    if (!this.centre || !this.isFree() || event.button !== 0) return;
    this.from = [event.clientX - this.shift[0], event.clientY - this.shift[1]];
    this.stage.setPointerCapture(event.pointerId);
  }

  drag(event) {
    if (!this.from) return;
    const { offsetWidth, offsetHeight } = this.picture;
    const moved = [event.clientX - this.from[0], event.clientY - this.from[1]];
    // There is always some of the picture in the middle.
    this.shift = [offsetWidth, offsetHeight].map((size, k) => {
      const before = this.centre[k] * TIMES * size, after = (1 - this.centre[k]) * TIMES * size;
      return Math.min(Math.max(moved[k], -after), before);
    });
    this.show(this.centre);
  }
}
