// The page of the watched folder.

import { KeptCurrent } from "./kept_current.js";

const part = (id) => document.getElementById(id);
const watched = new KeptCurrent("/api/watch", 2000, show);

function show(state) {
  const isOn = state.folder !== "";
  part("watched").hidden = !isOn;
  part("folder-now").textContent = state.folder;
  const line = part("state");
  if (line.textContent !== state.text) line.textContent = state.text;
  line.classList.toggle("trouble", state.is_troubled);
  part("old").textContent = state.old;
  part("old-part").hidden = !state.old;
}

part("choose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ folder: part("folder").value });
  if (await watched.act({ method: "POST", body })) {
    part("folder").value = "";
    part("watched-title").focus();
  } else {
    part("folder").focus();
  }
});
part("proposals").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  part("folder").value = button.textContent;
  part("folder").focus();
});
part("take").addEventListener("click", async () => {
  await watched.act({ method: "POST" }, "/api/watch/old");
  part("watched-title").focus();
});
part("stop").addEventListener("click", async () => {
  await watched.act({ method: "DELETE" });
  part("folder").focus();
});
