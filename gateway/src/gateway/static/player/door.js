// The gateway as the player asks it: JSON both ways, and what went wrong by its kind.

/** A line that is dead answers nothing at all; after so long another try is worth more. */
const PATIENCE_MS = 15_000;
/** What the gateway itself refuses for good. What a proxy or a portal on the way says is none of it. */
const FINAL = new Set(["not-enrolled", "unknown-lecture", "not-ready", "body-refused"]);

/** Why an answer did not come, or was a refusal.
 *
 * `kind` is "away" (the line, a service, too many requests: again after `seconds`, if told),
 * "signed-out", "consent-needed" (a new notice is to be answered), "other-person" (the session is
 * somebody else's) or "refused" (for good).
 */
export class Trouble extends Error {
  constructor(kind, slug = "", seconds = 0) {
    super(`${kind} ${slug}`);
    Object.assign(this, { kind, slug, seconds });
  }
}

/** A signal that aborts by itself; phones of some years ago have none of their own. */
export function abortedIn(milliseconds) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

/** Ask and wait for the answer. Raises Trouble. */
export async function ask(method, path, body, isLast = false) {
  const asked = send(method, path, body, isLast ? undefined : abortedIn(PATIENCE_MS));
  const answer = await asked.catch(() => {
    throw new Trouble("away");
  });
  const said = await answer.json().catch(() => null);
  if (answer.ok && said) return said;
  throw troubleOf(answer, said ?? {});
}

function send(method, path, body, signal) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  return fetch(path, { method, headers, body: body && JSON.stringify(body), keepalive: true, signal });
}

function troubleOf({ status, headers }, { type = "" }) {
  const slug = type.slice(type.lastIndexOf("/") + 1).slice(type.lastIndexOf(":") + 1);
  if (status === 401) return new Trouble("signed-out", slug);
  if (slug === "consent-needed") return new Trouble("consent-needed", slug);
  if (status === 403 && ["stream-refused", "role-missing"].includes(slug)) return new Trouble("other-person", slug);
  if (status >= 400 && status < 500 && FINAL.has(slug)) return new Trouble("refused", slug);
  return new Trouble("away", slug, Number(headers.get("Retry-After")) || 0);
}

/** Whether the session of this browser is this person's. Raises Trouble, "signed-out" for no session. */
export async function isSessionOf(person) {
  const session = await ask("GET", "/api/session");
  if (!session.login) throw new Trouble("signed-out");
  return session.person_id === person;
}

/** Waiting longer each time, never in step with others: 1, 2, 4 … seconds, `most` at most. */
export class Backoff {
  #tries = 0;

  constructor(most) {
    this.most = most;
  }

  /** How many seconds to wait before the next try. */
  next() {
    const whole = Math.min(this.most, 2 ** this.#tries);
    this.#tries += 1;
    return whole * (0.5 + Math.random() / 2);
  }

  reset() {
    this.#tries = 0;
  }
}
