// The page on the phone: videos are chosen and sent; what arrived is said.

import { Refused, ask } from "../server.js";
import { isSending, send } from "../uploads.js";

const LOOK_EVERY_MS = 1000;
const LOOKS = 60;
const part = (id) => document.getElementById(id);

part("files").addEventListener("change", (event) => {
  const files = [...event.target.files];
  event.target.value = "";
  if (files.length === 0) return;
  part("uploads-part").hidden = false;
  part("keep-open").hidden = false;
  send(files, part("uploads"), tellWhatArrived);
});

async function tellWhatArrived(upload, answer) {
  upload.row.dataset.state = answer.state;
  part("news").textContent = `${upload.file.name}: ${answer.text}`;
  part("keep-open").hidden = isSending();
  for (let n = 0; n < LOOKS; n += 1) {
    try {
      const look = await (await ask(`/api/videos/${answer.id}/look`)).json();
      if (look.is_read) {
        show(upload, `${answer.text} ${look.text}`, look.warning);
        return;
      }
    } catch (error) {
      // The video is there; only its description is not.
      if (error instanceof Refused) return;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function show(upload, sentence, warning) {
  upload.say(sentence);
  part("news").textContent = `${upload.file.name}: ${sentence} ${warning}`;
  if (!warning) return;
  const note = document.createElement("p");
  note.className = "trouble";
  note.textContent = warning;
  upload.row.querySelector(".what").append(note);
}

// Once the last upload has ended, however it ended.
setInterval(() => {
  if (!isSending()) part("keep-open").hidden = true;
}, LOOK_EVERY_MS);

window.addEventListener("beforeunload", (event) => {
  if (isSending()) event.preventDefault();
});
