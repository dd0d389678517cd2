// Sentences for the scripts, in the language of the page; the server puts them into the page.

const texts = JSON.parse(document.body.dataset.texts);
const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

/** Sentence of a key, with its values. */
export function text(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A number of bytes in MB. */
export function megabytes(bytes) {
  return numbers.format(bytes / 1e6);
}
