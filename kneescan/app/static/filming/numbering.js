// Number and time of each picture of a camera, from the camera's own times, which have an origin of their own.

/** Pictures by which the clocks are compared; filming begins later. */
const N_COMPARED = 60;
/** Gaps between pictures, of which the median is the camera's interval; a camera becomes slower in the dark. */
const N_GAPS = 15;

export class Numbering {
  /** @param intervalMs between the pictures, as the camera promises it */
  constructor(intervalMs) {
    this.number = 0;
    this.lastMs = null;
    this.gapsMs = Array(N_GAPS).fill(intervalMs);
    this.aheadMs = Infinity;
    this.nCompared = 0;
  }

  /**
   * @param cameraMs when the picture was taken, on the camera's clock
   * @param nowMs when it was read, on the page's clock
   * @returns its number, from 0; numbers that are left out were not seen; and when it was taken, on the page's clock
   */
  next(cameraMs, nowMs) {
    // Every picture is read a little after it was taken, at best at once: of many, the one that was read soonest tells
    // how far the page's clock is ahead of the camera's. Then it stays, so that intervals are those of the camera.
    if (this.nCompared < N_COMPARED) {
      this.nCompared += 1;
      this.aheadMs = Math.min(this.aheadMs, nowMs - cameraMs);
    }
    if (this.lastMs !== null) this.number += this.step(cameraMs - this.lastMs);
    this.lastMs = cameraMs;
    return { number: this.number, takenMs: cameraMs + this.aheadMs };
  }

  /** How many pictures later than the last one. */
  step(gapMs) {
    // A second picture of the same moment is left out by the app.
    if (!(gapMs > 0)) return 1;
    this.gapsMs.shift();
    this.gapsMs.push(gapMs);
    const sorted = [...this.gapsMs].sort((one, other) => one - other);
    return Math.max(1, Math.round(gapMs / sorted[Math.floor(N_GAPS / 2)]));
  }
}
