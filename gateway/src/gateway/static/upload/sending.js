/** One file on its way: its parts in turn, each tried again and again. */

import { ask, FileChanged, link, putPart, Unreachable } from "./asking.js";

/** Beyond these tries a person has to say "go on": some four minutes. */
const TRIES = 12;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** After so many failures how long to wait; sooner when the line is back. */
function waitFor(tries, signal) {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  return new Promise((done) => {
    const timer = setTimeout(done, wait);
    const wake = () => { clearTimeout(timer); done(); };
    addEventListener("online", wake, { once: true });
    signal.addEventListener("abort", wake, { once: true });
  });
}

/** A part that cannot be read ends just as a line that is cut: only reading tells which
 * it was. */
async function explain(error, bytes) {
  try {
    await bytes.slice(0, 1).arrayBuffer();
  } catch {
    throw new FileChanged();
  }
  throw error;
}

export class Sending {
  #file; #mark; #place; #state; #tell; #linked = false;

  /** `mark` is what the file is known by; `place` says which lecture it is for, its
   * title, and where it is named; `known` is the upload it goes on with; `tell` hears of
   * progress and troubles. */
  constructor(file, mark, place, known, tell) {
    this.#file = file;
    this.#mark = mark;
    this.#place = place;
    this.#state = known;
    this.#tell = tell;
  }

  /** The upload as it was answered last; undefined until one has begun. */
  get state() { return this.#state; }

  /** Everything that is still to do, until it is done or `signal` stops it. Throws a
   * Refusal, SignedOut, FileChanged, or Unreachable once it was tried too often. */
  async run(signal) {
    this.#state ??= await this.#again(() => this.#begin(), signal);
    if (signal.aborted) return null;
    this.#place.lecture = this.#state.lecture_id;  // whatever is picked next is for it too
    if (this.#place.link && !this.#linked) {
      await this.#again(() => link(this.#place.link, this.#state.lecture_id), signal);
      this.#linked = true;
    }
    for (const number of this.#missing()) {
      if (signal.aborted) return null;
      await this.#sendPart(number, signal);
    }
    if (signal.aborted) return null;
    return this.#again(() => ask("POST", `/${this.#state.id}/completion`), signal);
  }

  async #begin() {
    const body = { title: this.#place.title || this.#file.name, bytes: this.#file.size, mark: this.#mark };
    if (this.#place.lecture) body.lecture_id = this.#place.lecture;
    this.#place.key ??= `${this.#mark}-${Date.now()}`;
    return ask("POST", "", body, { "Idempotency-Key": this.#place.key });
  }

  #missing() {
    const all = Array.from({ length: this.#state.count }, (_, place) => place + 1);
    return all.filter((number) => !this.#state.parts.includes(number));
  }

  async #sendPart(number, signal) {
    const size = this.#state.part_size;
    const bytes = this.#file.slice((number - 1) * size, number * size);
    const put = () => putPart(this.#state.id, number, bytes, (sent) => this.#show(sent), signal);
    const state = await this.#again(() => put().catch((error) => explain(error, bytes)), signal);
    if (!state) return;
    this.#state = state;
    this.#show(0);
  }

  #show(underWay) {
    const { parts, part_size: size } = this.#state;
    this.#tell.progress(Math.min(parts.length * size + underWay, this.#file.size), this.#file.size);
  }

  /** Do it until it succeeds; null where it was stopped. */
  async #again(deed, signal) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await deed();
      } catch (error) {
        if (signal.aborted) return null;
        if (!(error instanceof Unreachable) || tries === TRIES) throw error;
        this.#tell.waiting();
        await waitFor(tries, signal);
        if (signal.aborted) return null;
      }
    }
  }
}
