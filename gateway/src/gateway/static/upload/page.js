/** The boxes in which a file is picked, sent, paused, found again. */

import { ask, Refusal, SignedOut, Unreachable } from "./asking.js";
import { markOf, writeSize } from "./marks.js";
import { Sending } from "./sending.js";

/** As media takes them. */
const LARGEST = 8 * 1024 ** 3;

class Box {
  #root; #words; #place; #file; #known; #room = null; #sending; #stopper; #percent = 0;

  constructor(root) {
    this.#root = root;
    this.#words = JSON.parse(root.dataset.upload);
    const { title, lecture, link } = root.dataset;
    this.#place = { title, lecture, link };
    root.querySelector("input").addEventListener("change", (event) => this.#pick(event.target.files[0]));
    const deeds = { start: () => this.#run(), resume: () => this.#run(), pause: () => this.#pause(), cancel: () => this.#cancel() };
    for (const [name, deed] of Object.entries(deeds)) this.#part(name).addEventListener("click", deed);
    addEventListener("beforeunload", (event) => { if (this.#stopper) event.preventDefault(); });
    this.#look();
  }

  #part(name) { return this.#root.querySelector(`[data-part=${name}]`); }

  #tell(name, values = {}) {
    this.#part("status").textContent = this.#words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  #offer(...names) {
    for (const name of ["start", "pause", "resume", "cancel", "sign-in"])
      this.#part(name).hidden = !names.includes(name);
  }

  /** The room there is, and an upload for this lecture that was not finished. */
  async #look() {
    try {
      const { items, room } = await ask("GET", "");
      this.#room = room;
      if (this.#sending) return;
      const open = items.find((one) => one.state === "open" && one.lecture_id === this.#place.lecture);
      this.#known = open && await ask("GET", `/${open.id}`);
    } catch {
      return;  // what cannot be known now is asked again when a file is picked
    }
    if (this.#known && !this.#file) {
      this.#tell("found", { title: this.#known.title, p: this.#percentOf(this.#known) });
      this.#offer("start", "cancel");
    }
  }

  #percentOf({ parts, count }) { return Math.floor((100 * parts.length) / count); }

  async #pick(file) {
    this.#stopper?.abort();
    this.#file = this.#sending = undefined;
    this.#part("start").disabled = true;
    if (!file) return;
    const size = writeSize(file.size);
    if (!file.size) { this.#tell("empty"); return; }
    if (file.size > LARGEST) { this.#tell("too_large", { size }); return; }
    await this.#look();
    if (this.#known && !this.#isKnown(file)) {
      this.#tell("other");
      this.#offer("start", "cancel");
      return;
    }
    if (!this.#known && this.#room !== null && file.size > this.#room) {
      this.#tell("no_room", { size, room: writeSize(this.#room) });
      return;
    }
    this.#file = file;
    this.#tell(this.#room === null ? "size" : "room", { size, room: writeSize(this.#room ?? 0) });
    this.#part("start").disabled = false;
    this.#offer(this.#known ? "resume" : "start", ...(this.#known ? ["cancel"] : []));
  }

  #isKnown(file) {
    return this.#known.mark === markOf(file) && this.#known.bytes === file.size;
  }

  async #run() {
    if (this.#stopper) return;
    this.#sending ??= new Sending(this.#file, this.#place, this.#known, {
      progress: (sent, size) => this.#progress(sent, size),
      waiting: () => this.#tell("away"),
    });
    this.#stopper = new AbortController();
    this.#tell("beginning");
    this.#offer("pause");
    this.#part("pause").focus();
    this.#root.querySelector("progress").hidden = false;
    this.#root.querySelector("input").disabled = true;
    try {
      const state = await this.#sending.run(this.#stopper.signal);
      if (state) this.#finish(state);
    } catch (error) {
      this.#rest(error);
    } finally {
      this.#stopper = undefined;
      this.#root.querySelector("input").disabled = false;
    }
  }

  #progress(sent, size) {
    this.#percent = Math.floor((100 * sent) / size);
    this.#root.querySelector("progress").value = this.#percent;
    this.#tell("progress", { p: this.#percent, sent: writeSize(sent), size: writeSize(size) });
  }

  #pause() {
    this.#stopper.abort();
    this.#tell("paused", { p: this.#percent });
    this.#offer("resume", "cancel");
    this.#part("resume").focus();
  }

  /** It stopped by itself: why, and what can be done. A file that was refused is let
   * go, and another one can be picked. */
  #rest(error) {
    if (error instanceof Refusal) {
      const code = error.codes.find((one) => this.#words.refusals[one]);
      this.#clear();
      this.#part("status").textContent = this.#words.refusals[code] ?? error.message;
      return;
    }
    if (!(error instanceof SignedOut || error instanceof Unreachable)) throw error;
    this.#offer("resume", "cancel", ...(error instanceof SignedOut ? ["sign-in"] : []));
    this.#tell(error instanceof SignedOut ? "signed_out" : "stopped");
  }

  async #cancel() {
    const id = this.#sending?.id ?? this.#known?.id;
    try {
      if (id) await ask("DELETE", `/${id}`);
    } catch (error) {
      this.#rest(error);
      return;
    }
    this.#clear();
    this.#tell("given_up");
  }

  #finish(state) {
    this.#clear();
    this.#place.lecture = state.lecture_id;
    this.#tell("done");
    const detail = { lecture: state.lecture_id, upload: state.id };
    this.#root.dispatchEvent(new CustomEvent("uploaded", { detail, bubbles: true }));
  }

  #clear() {
    this.#known = this.#sending = this.#file = undefined;
    this.#place.key = undefined;
    const input = this.#root.querySelector("input");
    input.value = "";
    this.#root.querySelector("progress").hidden = true;
    this.#part("start").disabled = true;
    this.#offer("start");
  }
}

for (const root of document.querySelectorAll("[data-upload]")) new Box(root);
