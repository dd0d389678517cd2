// Joints that the reader clicks: one that is moved, or the four of a reading.

import { text } from "../texts.js";

/** What a reading asks for, in this order, and how. */
const CLICKED = { hip: "click_hip", knee: "click_knee", ankle: "click_ankle", second_toe: "click_second_toe" };

/** Where a joint should be, as the order to move it there; null if it was given up. */
export async function movedJoint(joint, squat, { pointing, layers, frame, tell }) {
  const start = layers.at(`${squat.side}_${joint}`, frame);
  if (!start) return { trouble: text("no_joint") };
  tell(text("move_joint"));
  const place = await pointing.ask(start);
  tell("");
  if (!place || (place[0] === start[0] && place[1] === start[1])) return null;
  return { kind: "joint", at_s: squat.deepest_s, joint, right_px: place[0] - start[0], down_px: place[1] - start[1] };
}

/** The four places of a reading, the first searched from `start` on, as an order; null if it was given up. */
export async function reading(squat, start, { pointing, tell }) {
  const places = {};
  let place = start;
  for (const [joint, sentence] of Object.entries(CLICKED)) {
    tell(text(sentence));
    place = await pointing.ask(place);
    if (!place) break;
    places[joint] = place;
  }
  tell("");
  return place && { kind: "reading", at_s: squat.deepest_s, places };
}
