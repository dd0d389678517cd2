// A worker that takes pictures straight from the camera's track, so that a busy page misses none, and encodes them.

import { Numbering } from "./numbering.js";

/** Pictures that wait to be encoded; with 15 of them, a busy computer showed the picture after 0.9 s, not 0.1 s. */
const CANVASES = 4;

const free = Array.from({ length: CANVASES }, () => new OffscreenCanvas(1, 1));
let encoding = Promise.resolve();
let reader = null;

/** Draw a picture and encode it after those before it; without a free canvas it is missing, and its number says so. */
function take(frame, number, takenMs, quality) {
  const canvas = free.pop();
  if (!canvas) {
    postMessage({ number: null });
    return;
  }
  if (canvas.width !== frame.displayWidth || canvas.height !== frame.displayHeight) {
    canvas.width = frame.displayWidth;
    canvas.height = frame.displayHeight;
  }
  canvas.getContext("2d", { alpha: false, willReadFrequently: true }).drawImage(frame, 0, 0);
  encoding = encoding.then(async () => {
    const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality }).catch(() => null);
    free.push(canvas);
    if (jpeg) postMessage({ number, takenMs, jpeg });
  });
}

async function read({ intervalMs, originMs, quality }) {
  const numbering = new Numbering(intervalMs);
  for (;;) {
    const { done, value: frame } = await reader.read();
    if (done) return;
    try {
      // On the clock of the page, which began earlier than that of the worker.
      const nowMs = performance.now() + performance.timeOrigin - originMs;
      const { number, takenMs } = numbering.next(frame.timestamp / 1e3, nowMs);
      take(frame, number, takenMs, quality);
    } finally {
      // The camera has few; it waits until they are given back.
      frame.close();
    }
  }
}

onmessage = async ({ data }) => {
  if (data.isOver) {
    await reader.cancel();
    close();
    return;
  }
  reader = data.pictures.getReader();
  await read(data);
};
