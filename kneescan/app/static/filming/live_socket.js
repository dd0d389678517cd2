// The way to the app and back: numbered pictures go there, scenes and words come back.

import { root } from "../server.js";

/** Pictures on their way at the same time. */
const IN_FLIGHT = 3;
/** Pictures that wait to be sent: three seconds, after which the computer is too slow for good. */
const WAITING = 90;
/** Pictures that wait to be encoded; with 15 of them, a busy computer showed the picture after 0.9 s, not 0.1 s. */
const CANVASES = 4;
export const QUALITY = 0.9;

export class LiveSocket {
  /**
   * @param order what is wanted: purpose, legs, first, n_squats, countdown_s, is_mirrored
   * @param heard functions onScene(scene, takenMs), onSay({kind, text}), onEnd({why, text, video, ...}); the end comes
   *   once, with why "gone" if the app does not answer any more
   */
  constructor(order, heard) {
    this.heard = heard;
    this.waiting = [];
    this.free = Array.from({ length: CANVASES }, () => document.createElement("canvas"));
    this.encoding = Promise.resolve();
    this.nInFlight = 0;
    this.takenMs = new Map();
    this.isOver = false;
    this.nUnencoded = 0; // Pictures for which the encoder had no time.
    this.socket = new WebSocket(`ws://${location.host}${root}/live`);
    this.socket.onopen = () => {
      this.tell(order);
      this.pump();
    };
    this.socket.onmessage = (message) => this.hear(JSON.parse(message.data));
    this.socket.onclose = () => this.end({ why: "gone", video: null });
  }

  /** Send the picture that a video shows now. */
  send(video, number, takenMs) {
    const canvas = this.isOver ? null : this.free.pop();
    // Without a free one, the picture is missing, and its number says so.
    if (!canvas) {
      this.nUnencoded += 1;
      return;
    }
    if (canvas.width !== video.videoWidth || canvas.height !== video.videoHeight) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
    }
    canvas.getContext("2d", { alpha: false, willReadFrequently: true }).drawImage(video, 0, 0);
    // One after the other, so that they stay in order.
    this.encoding = this.encoding.then(async () => {
      const jpeg = await encoded(canvas);
      this.free.push(canvas);
      if (jpeg) this.push(number, takenMs, jpeg);
    });
  }

  /** Send an encoded picture, as soon as there are few enough on their way. */
  push(number, takenMs, jpeg) {
    if (this.isOver) return;
    this.waiting.push({ number, takenMs, jpeg });
    if (this.waiting.length > WAITING) this.lose("slow");
    this.pump();
  }

  /** What the person wants: start, stop, restart or mirror. */
  wish(name) {
    this.tell({ do: name });
  }

  /** No more pictures will come: unplugged, hidden, asleep or slow. */
  lose(why) {
    this.waiting = [];
    this.tell({ lost: why });
  }

  close() {
    this.socket.close();
  }

  tell(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  pump() {
    while (this.socket.readyState === WebSocket.OPEN && this.nInFlight < IN_FLIGHT && this.waiting.length > 0) {
      const { number, takenMs, jpeg } = this.waiting.shift();
      const head = new DataView(new ArrayBuffer(20));
      head.setUint32(0, number, true);
      head.setFloat64(4, takenMs, true);
      head.setFloat64(12, performance.now(), true);
      this.takenMs.set(number, takenMs);
      this.nInFlight += 1;
      this.socket.send(new Blob([head, jpeg]));
    }
  }

  hear(message) {
    if (message.type === "got") {
      this.nInFlight -= 1;
      this.pump();
    } else if (message.type === "scene") {
      this.heard.onScene(message.scene, this.takenMs.get(message.n));
      // Scenes come in order; older pictures are not asked for again.
      for (const number of this.takenMs.keys()) if (number < message.n) this.takenMs.delete(number);
    } else if (message.type === "say") {
      this.heard.onSay(message);
    } else if (message.type === "end") {
      this.end(message);
    }
  }

  end(message) {
    if (this.isOver) return;
    this.isOver = true;
    this.heard.onEnd(message);
  }
}

function encoded(canvas) {
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}
