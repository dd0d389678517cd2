// The camera's pictures on their way to the app, by the surest way that the browser has.

import { eachPicture } from "./camera.js";
import { QUALITY } from "./live_socket.js";

/** Pictures that the browser keeps for a worker that is busy; of more, a camera runs out. */
const KEPT = 3;
const WORKER = new URL("./picture_worker.js", import.meta.url).href;
let address = null;

/**
 * Send every picture of a camera.
 * @param stream of the camera
 * @param film the element that plays it
 * @param socket a LiveSocket
 * @returns a function that ends it
 */
export function sendPictures(stream, film, socket) {
  const asShown = () => eachPicture(film, (number, takenMs) => socket.send(film, number, takenMs));
  const worker = pictureWorker();
  if (!worker) return asShown();
  let stop = () => worker.postMessage({ isOver: true });
  // It could not be loaded.
  worker.onerror = () => {
    stop = asShown();
  };
  const [track] = stream.getVideoTracks();
  const { readable: pictures } = new MediaStreamTrackProcessor({ track, maxBufferSize: KEPT });
  worker.onmessage = ({ data: { number, takenMs, jpeg } }) => {
    if (number === null) socket.nUnencoded += 1;
    else socket.push(number, takenMs, jpeg);
  };
  const intervalMs = 1e3 / (track.getSettings().frameRate || 30);
  worker.postMessage({ pictures, intervalMs, originMs: performance.timeOrigin, quality: QUALITY }, [pictures]);
  return () => stop();
}

/** Null where pictures cannot be read by a worker; then they are read as they are shown. */
function pictureWorker() {
  // Firefox has neither, and in Safari only a worker has the first.
  if (!("MediaStreamTrackProcessor" in window) || !("OffscreenCanvas" in window)) return null;
  // The page's policy allows this one address, and that it is named once.
  address ??= window.trustedTypes?.createPolicy("picture-worker", { createScriptURL: () => WORKER }).createScriptURL("") ?? WORKER;
  return new Worker(address, { type: "module" });
}
