// On the home page: whether phones are let in, and how the watched folder is.

import { ask } from "../server.js";

const EVERY_MS = 5000;
const part = (id) => document.getElementById(id);
let timer = 0;

async function refresh() {
  clearTimeout(timer);
  try {
    const state = await (await ask("/api/receiving")).json();
    for (const [name, sentence] of Object.entries(state)) show(part(`receiving-${name}`), sentence);
  } catch {
    // The page itself says when the app does not answer.
  }
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, EVERY_MS);
}

function show(line, sentence) {
  const text = line.querySelector("span");
  if (text.textContent !== sentence) text.textContent = sentence;
  line.hidden = !sentence;
}

document.addEventListener("visibilitychange", refresh);
refresh();
