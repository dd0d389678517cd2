// The player: shows exactly the frame that is asked for, and says which one is shown.

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
  /** `video` is null if there are no pictures; `onFrame(frame)` is called when one is shown. */
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
    if (!video) return;
    video.addEventListener("seeked", () => {
      this.isSeeking = false;
      if (!video.requestVideoFrameCallback) this.tell(nearest(times, video.currentTime - first - this.half(this.sought)));
      this.seek();
    });
    video.addEventListener("loadeddata", () => this.again());
    if (video.requestVideoFrameCallback) {
      const confirm = (_, frame) => {
        this.tell(nearest(times, frame.mediaTime - first));
        video.requestVideoFrameCallback(confirm);
      };
      video.requestVideoFrameCallback(confirm);
    }
    if (video.readyState >= 2) this.again();
  }

  /** Half of the time for which a frame is shown; players round, so they are sent to the middle. */
  half(frame) {
    const last = this.times.length - 1;
    if (last < 1) return 0;
    const next = frame < last ? this.times[frame + 1] : 2 * this.times[last] - this.times[last - 1];
    return (next - this.times[frame]) / 2;
  }

  again() {
    this.sought = -1;
    this.isSeeking = false;
    this.seek();
  }

  tell(frame) {
    if (frame === this.shown) return;
    this.shown = frame;
    this.onFrame(frame);
  }

  show(frame) {
    this.wanted = Math.min(Math.max(frame, 0), this.times.length - 1);
    if (this.video) this.seek();
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

  step(by) {
    this.pause();
    this.show(this.wanted + by);
  }

  pause() {
    this.rate = 0;
  }

  play(rate) {
    const wasStill = this.rate === 0;
    this.rate = rate;
    if (!wasStill) return;
    const [first, last] = this.range();
    if (rate > 0 && this.wanted >= last) this.show(first);
    let at = this.times[this.wanted], before = performance.now();
    const go = (now) => {
      if (this.rate === 0) return;
      const [low, high] = this.range();
      at += (this.rate * (now - before)) / 1000;
      before = now;
      const isOver = this.rate > 0 ? at > this.times[high] : at < this.times[low];
      if (isOver && this.loop) at = this.times[this.rate > 0 ? low : high];
      else if (isOver) {
        this.show(this.rate > 0 ? high : low);
        this.pause();
        this.onFrame(this.shown);
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
