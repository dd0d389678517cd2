// What the page asks of the app. Every request goes to the address the page came from.

/** Where the app is: its addresses begin with a path that only this browser knows. */
export const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** The app does not answer. */
export class Unreachable extends Error {}
/** The app was started again, and this browser has no cookie of the new start yet. */
export class Closed extends Error {}
/** The app said no; the message is a sentence for the reader. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Send a request to a path below `root`; answers with a status of `expected` are returned. */
export async function ask(path, options = {}, expected = [200, 201, 204]) {
  let answer;
  try {
    answer = await fetch(`${root}${path}`, { cache: "no-store", redirect: "error", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable();
  }
  if (expected.includes(answer.status)) return answer;
  if (answer.status === 403) throw new Closed();
  throw new Refused(await sentence(answer), answer.status);
}

async function sentence(answer) {
  try {
    return (await answer.json()).text;
  } catch {
    return `${answer.status}`;
  }
}
