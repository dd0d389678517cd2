// The page with the address for the phone: open, close, time left, and what has come.

import { root } from "../server.js";
import { text } from "../texts.js";
import { KeptCurrent } from "./kept_current.js";

const part = (id) => document.getElementById(id);
const rowTemplate = part("arrival");
let shownWord = "";
const dropBox = new KeptCurrent("/api/drop-box", 1000, show);

function show(box) {
  const isReady = box.address !== "";
  part("opened").hidden = !box.is_open;
  part("code").hidden = !isReady;
  part("late").hidden = isReady;
  part("open").textContent = text(box.is_open ? "renew" : "open");
  part("open").classList.toggle("main", !box.is_open);
  part("close").hidden = !box.is_open;
  part("why").textContent = box.why;
  if (box.word !== shownWord) {
    shownWord = box.word;
    part("qr").hidden = !isReady;
    // Another address, so that the browser does not show the old picture.
    if (isReady) part("qr").src = `${root}/api/drop-box/qr.svg?${box.word}`;
    part("address").textContent = box.address;
  }
  const seconds = `${box.left_s % 60}`.padStart(2, "0");
  part("left").textContent = text("left", { minutes: Math.floor(box.left_s / 60), seconds });
  part("arrivals-part").hidden = box.arrivals.length === 0;
  box.arrivals.forEach((arrival) => showArrival(arrival));
}

function showArrival(arrival) {
  let row = part("arrivals").querySelector(`[data-id="${arrival.id}"]`);
  if (!row) {
    row = rowTemplate.content.firstElementChild.cloneNode(true);
    row.dataset.id = arrival.id;
    part("arrivals").append(row);
  }
  const bar = row.querySelector("progress");
  bar.hidden = arrival.share === null;
  bar.value = arrival.share ?? 1;
  bar.setAttribute("aria-label", arrival.text);
  const said = row.querySelector(".text");
  if (said.textContent !== arrival.text) {
    said.textContent = arrival.text;
    if (arrival.share === null) part("news").textContent = `${arrival.text} ${arrival.warning}`;
  }
  row.querySelector(".trouble").textContent = arrival.warning;
  row.querySelector(".trouble").hidden = !arrival.warning;
}

async function act(options) {
  part("open").disabled = true;
  const isDone = await dropBox.act(options);
  part("open").disabled = false;
  return isDone;
}

part("open").addEventListener("click", async () => {
  const choice = part("ip");
  const body = JSON.stringify(choice ? { ip: choice.value } : {});
  const isOpen = await act({ method: "POST", body });
  part(isOpen ? "opened-title" : "open").focus();
});
part("close").addEventListener("click", async () => {
  await act({ method: "DELETE" });
  part("open").focus();
});
part("open").disabled = false;
