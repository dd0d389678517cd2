// The player: shows exactly the frame that is asked for, and says which one is shown.

const LONGEST_MS = 250;
/** A browser that does not say that a picture is shown has shown it this long after seeking. */
const SHOWN_MS = 300;
const LOOK_MS = 20;

/** Frame whose time is nearest. */
export function nearest(times, at) {
  let low = 0, high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && at - times[low - 1] < times[low] - at ? low - 1 : low;
}

export class Player {
  /** `video` is null if there are no pictures; `onFrame(frame)` is called when one is shown, or playing ends. */
  constructor(video, times, first, onFrame) {
    this.video = video;
    this.first = first; // Time of the first frame in the video.
    this.times = times;
    this.onFrame = onFrame;
    this.wanted = 0;
    this.shown = -1;
    this.rate = 0; // Of playing, negative for backwards.
    this.loop = null; // First and last frame of what is played again and again.
    this.sought = -1;
    this.isSeeking = false;
    this.foundMs = 0; // When seeking ended.
    this.isBroken = false; // The pictures do not arrive any more; the lines move on without them.
    if (!video) return;
    video.addEventListener("seeked", () => {
      this.isSeeking = false;
      this.foundMs = performance.now();
      if (!video.requestVideoFrameCallback) this.tell(nearest(times, video.currentTime - first - this.half(this.sought)));
      this.seek();
    });
    video.addEventListener("loadeddata", () => this.again());
    video.addEventListener("error", () => this.fail());
    if (video.requestVideoFrameCallback) {
      const confirm = (_, frame) => {
        this.tell(nearest(times, frame.mediaTime - first));
        video.requestVideoFrameCallback(confirm);
      };
      video.requestVideoFrameCallback(confirm);
    }
    if (video.readyState >= 2) this.again();
    if (video.error) this.fail();
  }

  fail() {
    this.isBroken = true;
    this.tell(this.wanted);
  }

  /** Try once more to load the pictures, if they did not arrive. */
  revive() {
    if (this.isBroken) this.video.load();
  }

  /** Half of the time for which a frame is shown; players round, so they are sent to the middle. */
  half(frame) {
    const last = this.times.length - 1;
    if (last < 1) return 0;
    const next = frame < last ? this.times[frame + 1] : 2 * this.times[last] - this.times[last - 1];
    return (next - this.times[frame]) / 2;
  }

  again() {
    this.isBroken = false;
    this.sought = -1;
    this.isSeeking = false;
    this.seek();
  }

  tell(frame) {
    if (frame === this.shown) return;
    this.shown = frame;
    this.onFrame(frame);
  }

  /** Whether a frame is on the screen. */
  isThere(frame) {
    if (this.shown === frame) return true;
    // Of a picture that was scrolled out of sight, not every browser says that it was replaced.
    return this.sought === frame && !this.isSeeking && performance.now() - this.foundMs > SHOWN_MS;
  }

  /** Wait until a frame is on the screen; false once another one is wanted. */
  async arrived(frame) {
    while (this.wanted === frame) {
      if (this.isThere(frame)) return true;
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    return false;
  }

  show(frame) {
    this.wanted = Math.min(Math.max(frame, 0), this.times.length - 1);
    if (this.video && !this.isBroken) this.seek();
    else this.tell(this.wanted);
  }

  showAt(seconds) {
    this.show(nearest(this.times, seconds));
  }

  seek() {
    // One after the other; a newer wish replaces those that wait.
    if (this.isSeeking || this.wanted === this.sought || this.video.readyState < 1) return;
    this.isSeeking = true;
    this.sought = this.wanted;
    this.video.currentTime = this.first + this.times[this.sought] + this.half(this.sought);
  }

  /** Step by so many frames; false if there are none on that side. */
  step(by) {
    this.pause();
    const before = this.wanted;
    this.show(before + by);
    return this.wanted !== before;
  }

  pause() {
    const wasPlaying = this.rate !== 0;
    this.rate = 0;
    if (wasPlaying) this.onFrame(this.shown);
  }

  play(rate) {
    const wasStill = this.rate === 0;
    this.rate = rate;
    if (!wasStill) return;
    const [first, last] = this.range();
    if (this.loop && (this.wanted < first || this.wanted > last)) this.show(rate > 0 ? first : last);
    else if (rate > 0 && this.wanted >= last) this.show(first);
    else if (rate < 0 && this.wanted <= first) this.show(last);
    let at = this.times[this.wanted], before = performance.now();
    const go = (now) => {
      if (this.rate === 0) return;
      const [low, high] = this.range();
      // In a window that was not seen for a while, no time has passed.
      at += (this.rate * Math.min(now - before, LONGEST_MS)) / 1000;
      before = now;
      const isOver = this.rate > 0 ? at > this.times[high] : at < this.times[low];
      if (isOver && this.loop) at = this.times[this.rate > 0 ? low : high];
      else if (isOver) {
        this.show(this.rate > 0 ? high : low);
        this.pause();
        return;
      }
      // The frame that is on the screen at this moment.
      let frame = nearest(this.times, at);
      if (this.times[frame] > at && frame > low) frame -= 1;
      this.show(frame);
      requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
  }

  range() {
    return this.loop ?? [0, this.times.length - 1];
  }
}
