/** One file on its way: its parts in turn, each tried again and again. */

import { ask, link, putPart, Unreachable } from "./asking.js";
import { markOf } from "./marks.js";

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

export class Sending {
  #file; #place; #state; #tell; #linked = false;

  /** `place` says which lecture the file is for, its title, and where it is named;
   * `known` is the upload it goes on with; `tell` hears of progress and troubles. */
  constructor(file, place, known, tell) {
    this.#file = file;
    this.#place = place;
    this.#state = known;
    this.#tell = tell;
  }

  get id() { return this.#state?.id; }

  /** Everything that is still to do, until it is done or `signal` stops it. Throws a
   * Refusal, SignedOut, or Unreachable once it was tried too often. */
  async run(signal) {
    this.#state ??= await this.#again(() => this.#begin(), signal);
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
    const mark = markOf(this.#file);
    const body = { title: this.#place.title || this.#file.name, bytes: this.#file.size, mark };
    if (this.#place.lecture) body.lecture_id = this.#place.lecture;
    this.#place.key ??= `${mark}-${Date.now()}`;
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
    const state = await this.#again(put, signal);
    if (state) this.#state = state;
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
