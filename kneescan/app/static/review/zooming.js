// Zooming in on a joint or a leg, and dragging the enlarged picture.

const TIMES = 2.5;
const MOST_TIMES = 4; // More shows no more of a usual video.
const MARGIN = 0.25; // Around a leg, as a share of its height; the knee is no further aside.

/** Surroundings of a joint, as shares of the picture's width and height; null without the joint. */
export function aroundJoint(place, size) {
  return place && { centre: place.map((value, k) => value / size[k]), times: TIMES };
}

/** Surroundings of a leg from hip to toe, from places that do not tell where its knee is; null if one is missing. */
export function aroundLeg(places, size) {
  if (!places.every(Boolean)) return null;
  const ends = [0, 1].map((k) => places.map((place) => place[k])).map((all) => [Math.min(...all), Math.max(...all)]);
  const margin = MARGIN * (ends[1][1] - ends[1][0]);
  const fitting = ends.map(([from, to], k) => size[k] / (to - from + 2 * margin));
  const times = Math.max(1, Math.min(MOST_TIMES, ...fitting));
  return { centre: ends.map(([from, to], k) => (from + to) / 2 / size[k]), times };
}

export class Zoom {
  /** `box` switches it on; `isFree()` says whether the picture may be dragged now. */
  constructor(stage, picture, box, isFree) {
    this.picture = picture;
    this.stage = stage;
    this.box = box;
    this.isFree = isFree;
    this.centre = null;
    this.times = TIMES;
    this.shift = [0, 0]; // By which the reader dragged the picture. [css px]
    stage.addEventListener("pointerdown", (event) => this.grab(event));
    stage.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => (this.from = null));
    box.addEventListener("change", () => this.centreAgain());
  }

  /** Forget by how much the picture was dragged. */
  centreAgain() {
    this.shift = [0, 0];
  }

  /** Show the picture around something, as `aroundJoint` and `aroundLeg` tell it; null for all of it. */
  show(around) {
    this.centre = this.box.checked && around ? around.centre : null;
    this.times = around?.times ?? TIMES;
    const { style } = this.picture;
    this.stage.classList.toggle("zoomed", this.centre !== null);
    if (!this.centre) {
      style.transform = "";
      return;
    }
    const [x, y] = this.centre.map((share) => 100 * share);
    const [right, down] = this.shift;
    style.transform = `translate(calc(${50 - x}% + ${right}px), calc(${50 - y}% + ${down}px)) scale(${this.times})`;
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
      const before = this.centre[k] * this.times * size, after = (1 - this.centre[k]) * this.times * size;
      return Math.min(Math.max(moved[k], -after), before);
    });
    this.show({ centre: this.centre, times: this.times });
  }
}
