// What is left of a video, on its page, while it is being reduced.

import { Refused, ask } from "../server.js";

const EVERY_MS = 2000;
const line = document.getElementById("what-is-left");

async function look() {
  let now;
  try {
    now = await (await ask(`/api/videos/${line.dataset.video}/kept`)).json();
  } catch (error) {
    if (!(error instanceof Refused)) setTimeout(look, 5 * EVERY_MS);
    else if (error.status === 404) line.textContent = line.dataset.gone;
    return;
  }
  if (now.is_changing) setTimeout(look, EVERY_MS);
  // The page still shows what it loaded before.
  else line.textContent = `${now.text} ${line.dataset.again}`;
}

setTimeout(look, EVERY_MS);
