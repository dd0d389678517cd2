// Phase: one clock for two videos. Start, deepest point and stop of their squats fall together; between
// these moments, each video runs evenly.

const MOMENTS = ["start_s", "deepest_s", "stop_s"];

/** Never smaller than what comes before: squats of a corrected video may touch. */
function rising(values) {
  let highest = -Infinity;
  return values.map((value) => (highest = Math.max(highest, value)));
}

/**
 * Moments that fall together, of two lists of squats in order; the longer list is cut.
 * `clock` begins at 0; between two moments, as much time passes as in both videos on average.
 */
export function knots(first, later) {
  const n = Math.min(first.length, later.length);
  const times = (squats) => rising(squats.slice(0, n).flatMap((squat) => MOMENTS.map((name) => squat[name])));
  const [one, other] = [times(first), times(later)];
  const clock = [];
  one.forEach((_, k) => clock.push(k ? clock[k - 1] + (one[k] - one[k - 1] + other[k] - other[k - 1]) / 2 : 0));
  return { clock, first: one, later: other };
}

/** Piece of `from` in which a moment lies. */
function piece(from, at) {
  let k = 0;
  while (k < from.length - 2 && from[k + 1] <= at) k += 1;
  return k;
}

/** Moment of `to` that falls together with a moment of `from`; outside, the nearest end. */
export function along(from, to, at) {
  const k = piece(from, at), span = from[k + 1] - from[k];
  const share = span > 0 ? Math.min(Math.max((at - from[k]) / span, 0), 1) : 1;
  return to[k] + share * (to[k + 1] - to[k]);
}

/** Where a moment of the clock lies: on the way down (0), up (1), or between squats (2), and how far. */
export function phase(clock, at) {
  const k = piece(clock, at), span = clock[k + 1] - clock[k];
  return { part: k % 3, share: span > 0 ? Math.min(Math.max((at - clock[k]) / span, 0), 1) : 1 };
}

/** Moments of the clock at which the pictures of the video with more of them change. */
export function ticks(moments, times) {
  const inside = Object.keys(times).map((name) => {
    const [low, high] = [moments[name][0], moments[name].at(-1)];
    return times[name].filter((at) => at >= low && at <= high).map((at) => along(moments[name], moments.clock, at));
  });
  const [finer] = inside.sort((one, other) => other.length - one.length);
  const last = moments.clock.at(-1);
  return [...new Set([0, ...finer, last])].sort((one, other) => one - other);
}
