// The camera of this computer: which there are, why one cannot be used, and each of its pictures with its time.

const CHOICE = "kneescan-camera";
/** Asked for; the camera may give another size, but never a part of its picture. */
const WANTED = {
  width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, resizeMode: { ideal: "none" },
};
const CODES = {
  NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none",
  NotReadableError: "busy_camera", AbortError: "busy_camera",
};

/** A camera cannot be used; `code` is the key of a sentence. */
export class CameraTrouble extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Open a camera, the one chosen last if it is there; the answer is its stream. */
export async function openCamera(deviceId = remembered()) {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraTrouble("insecure");
  if (!("requestVideoFrameCallback" in HTMLVideoElement.prototype)) throw new CameraTrouble("old");
  const video = deviceId ? { ...WANTED, deviceId: { ideal: deviceId } } : WANTED;
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    throw new CameraTrouble(CODES[error.name] ?? "failed_camera");
  }
}

/** All cameras; they have names once one of them was opened. */
export async function cameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput" && device.deviceId);
}

/** Which camera a stream comes from. */
export function cameraOf(stream) {
  return stream.getVideoTracks()[0].getSettings().deviceId ?? "";
}

export function remember(deviceId) {
  try {
    localStorage.setItem(CHOICE, deviceId);
  } catch {
    // A browser that keeps nothing asks again.
  }
}

function remembered() {
  try {
    return localStorage.getItem(CHOICE) ?? "";
  } catch {
    return "";
  }
}

export function switchOff(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * Call `take(number, takenMs)` for each picture that a playing video shows, from 0; numbers that are left out were not
 * seen. The time is that of the camera, on the clock of `performance.now()`. Returns a function that ends it.
 */
export function eachPicture(video, take) {
  let isOver = false;
  let first = null;
  let lagMs = 0;
  function shown(_, picture) {
    if (isOver) return;
    video.requestVideoFrameCallback(shown);
    first ??= picture.presentedFrames;
    // Where the camera's own time is missing, the picture is as old as the one before was.
    if (picture.captureTime !== undefined) lagMs = picture.presentationTime - picture.captureTime;
    take(picture.presentedFrames - first, picture.presentationTime - lagMs);
  }
  video.requestVideoFrameCallback(shown);
  return () => {
    isOver = true;
  };
}
