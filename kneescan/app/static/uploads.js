// Uploads: a file goes to the app in pieces. After a cut, it continues where the app's disk says.

import { Closed, Refused, Unreachable, ask } from "./server.js";
import { sha256 } from "./sha256.js";
import { megabytes, text } from "./texts.js";

const PIECE_BYTES = 8 * 1024 * 1024;
const SAMPLE_BYTES = 64 * 1024;
const AT_ONCE = 3; // A browser opens six connections to a host, and the list needs one.
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
const FULL = 507;
const BUSY = 429;
const SILENT = 408; // The computer was asleep in the middle of it.

const waiting = [];
let underway = 0;

/** Begin to send files; `changed` is called with every upload that begins, and `received` at its end. */
export function send(files, list, received) {
  for (const file of files) {
    waiting.push(new Upload(file, list, received));
  }
  next();
}

/** Whether files are on their way. */
export function isSending() {
  return underway > 0 || waiting.length > 0;
}

function next() {
  while (underway < AT_ONCE && waiting.length > 0) {
    underway += 1;
    waiting.shift().run().finally(() => {
      underway -= 1;
      next();
    });
  }
}

class Upload {
  constructor(file, list, received) {
    this.file = file;
    this.received = received;
    this.stopping = new AbortController();
    const template = document.getElementById("upload-row");
    this.row = template.content.firstElementChild.cloneNode(true);
    this.row.querySelector(".title").textContent = file.name;
    this.bar = this.row.querySelector("progress");
    this.bar.setAttribute("aria-label", file.name);
    const cancel = this.row.querySelector(".cancel");
    cancel.textContent = text("cancel");
    cancel.setAttribute("aria-label", text("cancel_named", { name: file.name }));
    cancel.addEventListener("click", () => this.cancel());
    this.say(text("waiting"));
    list.append(this.row);
  }

  say(sentence) {
    this.row.querySelector(".text").textContent = sentence;
  }

  cancel() {
    this.stopping.abort();
    this.end(text("cancelled"));
    if (this.id) ask(`/api/videos/${this.id}`, { method: "DELETE" }).catch(() => {});
  }

  end(sentence) {
    this.say(sentence);
    this.bar.hidden = true;
    const cancel = this.row.querySelector(".cancel");
    // Whoever pressed it with the keyboard stays here.
    if (cancel === document.activeElement) document.getElementById("uploads-title").focus();
    cancel.remove();
  }

  async run() {
    let pause = FIRST_WAIT_MS;
    while (!this.stopping.signal.aborted) {
      try {
        const answer = await this.sendAll();
        this.end(answer.text);
        this.received(this, answer);
        return;
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        if (!this.mayGoOn(error)) {
          this.end(this.why(error));
          return;
        }
        this.sayWhyNot(error);
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(2 * pause, LONGEST_WAIT_MS);
    }
  }

  mayGoOn(error) {
    return error instanceof Unreachable || error instanceof Closed
      || (error instanceof Refused && [FULL, BUSY, SILENT, 409].includes(error.status));
  }

  why(error) {
    if (!(error instanceof Refused)) return text("unreadable");
    // Somebody cancelled it in another window; or the computer lets no phone in any more.
    return error.status === 404 ? text("withdrawn") : error.message;
  }

  sayWhyNot(error) {
    if (error instanceof Refused && ![SILENT, 409].includes(error.status)) this.say(error.message);
    else this.say(text(error instanceof Closed ? "closed" : "again"));
  }

  async sendAll() {
    let place = await this.begin();
    for (;;) {
      this.show(place.offset);
      const end = Math.min(place.offset + PIECE_BYTES, this.file.size);
      const body = await this.file.slice(place.offset, end).arrayBuffer();
      const answer = await ask(`/api/videos/${this.id}/bytes`, {
        method: "PATCH",
        headers: { "Upload-Offset": `${place.offset}`, "Content-Type": "application/offset+octet-stream" },
        body,
        signal: this.stopping.signal,
      });
      place = await answer.json();
      if (place.state !== "receiving") return place;
    }
  }

  /** How far the app is: it knows the file again by its fingerprint, even after a new start of page or app. */
  async begin() {
    if (!this.fingerprint) {
      this.say(text("reading"));
      this.fingerprint = await fingerprint(this.file);
    }
    if (this.id) {
      try {
        const answer = await ask(`/api/videos/${this.id}/bytes`, { method: "HEAD" });
        return { offset: Number(answer.headers.get("Upload-Offset")) };
      } catch (error) {
        // Forgotten meanwhile: begin anew.
        if (!(error instanceof Refused && error.status === 404)) throw error;
      }
    }
    const body = JSON.stringify({ size_bytes: this.file.size, fingerprint: this.fingerprint });
    const answer = await ask("/api/videos", { method: "POST", body });
    const place = await answer.json();
    this.id = place.id;
    return place;
  }

  show(offset) {
    this.bar.value = offset / this.file.size;
    this.say(text("sent", { done: megabytes(offset), all: megabytes(this.file.size) }));
  }
}

/** Hash of size, time, beginning and end of a file. */
async function fingerprint(file) {
  const begin = await file.slice(0, SAMPLE_BYTES).arrayBuffer();
  const end = await file.slice(-SAMPLE_BYTES).arrayBuffer();
  const parts = [`${file.size} ${file.lastModified}`, begin, end];
  const content = await new Blob(parts).arrayBuffer();
  // Browsers hash for pages of this computer, but not for those that come over the network without TLS.
  const digest = globalThis.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest("SHA-256", content)) : sha256(new Uint8Array(content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
