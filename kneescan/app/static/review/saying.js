// What the page says beside its panel: what is wrong, and what to do next.

export const part = (id) => document.getElementById(id);

/** Say what is wrong; nothing more, without a sentence. */
export function complain(sentence = "", detail = "", language = "") {
  part("trouble").hidden = !sentence;
  part("trouble-text").textContent = sentence;
  part("trouble-detail").textContent = detail;
  part("trouble-detail").lang = language || document.documentElement.lang;
  part("trouble").querySelector("details").hidden = !detail;
}

/** Whether just this is said to be wrong. */
export function isSaid(sentence) {
  return !part("trouble").hidden && part("trouble-text").textContent === sentence;
}

export function tell(sentence) {
  part("news").textContent = sentence;
}
