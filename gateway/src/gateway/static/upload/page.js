/** The boxes in which a file is picked, sent, paused, found again. */

import { ask, FileChanged, Refusal, SignedOut, Unreachable } from "./asking.js";
import { markOf, writeSize } from "./marks.js";
import { Sending } from "./sending.js";

/** As media takes them. */
const LARGEST = 8 * 1024 ** 3;

class Box {
  #root; #words; #place; #file; #mark; #known; #room = null; #sending; #stopper; #ended; #percent = 0;

  constructor(root) {
    this.#root = root;
    this.#words = JSON.parse(root.dataset.upload);
    const { title, lecture, link } = root.dataset;
    this.#place = { title, lecture, link };
    this.#input.addEventListener("change", (event) => this.#pick(event.target.files[0]));
    const deeds = { start: () => this.#goOn(), resume: () => this.#goOn(), pause: () => this.#pause(), cancel: () => this.#cancel() };
    for (const [name, deed] of Object.entries(deeds)) this.#part(name).addEventListener("click", deed);
    addEventListener("beforeunload", (event) => { if (this.#stopper) event.preventDefault(); });
    this.#look();
  }

  get #input() { return this.#root.querySelector("input"); }

  #part(name) { return this.#root.querySelector(`[data-part=${name}]`); }

  #tell(name, values = {}) {
    this.#part("status").textContent = this.#words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  /** Whoever stood on a button that is gone stands on the first one that is offered, or
   * where a file is picked. No other file is picked while one can be paused. */
  #offer(...names) {
    const at = document.activeElement, first = this.#part(names[0]);
    for (const name of ["start", "pause", "resume", "cancel", "sign-in"])
      this.#part(name).hidden = !names.includes(name);
    this.#input.disabled = names.includes("pause");
    if (this.#root.contains(at) && (at.hidden || at.disabled))
      (first.disabled ? this.#input : first).focus();
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
    this.#letGo();
    if (!file) return;
    const size = writeSize(file.size);
    if (!file.size) { this.#tell("empty"); return; }
    if (file.size > LARGEST) { this.#tell("too_large", { size }); return; }
    try {
      this.#mark = await markOf(file);
    } catch {
      this.#tell("changed");
      return;
    }
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
    return this.#known.mark === this.#mark && this.#known.bytes === file.size;
  }

  #goOn() {
    if (this.#stopper) return;
    const stopper = this.#stopper = new AbortController(), before = this.#ended;
    this.#tell("beginning");
    this.#offer("pause");
    this.#root.querySelector("progress").hidden = false;
    this.#ended = this.#run(stopper, before);
  }

  /** `before` is what was paused: it may still wait for an answer, and that may be that
   * all is done. */
  async #run(stopper, before) {
    await before;
    if (!this.#file) return;
    const sending = this.#sending ??= new Sending(this.#file, this.#mark, this.#place, this.#known, {
      progress: (sent, size) => this.#progress(sent, size),
      waiting: () => this.#tell("away"),
    });
    let state, fault;
    try {
      state = await sending.run(stopper.signal);
    } catch (error) {
      fault = error;
    }
    if (this.#stopper === stopper) this.#stopper = undefined;
    if (this.#sending !== sending) return;  // another file was picked meanwhile
    if (fault) this.#rest(fault);
    else if (state) this.#finish(state);
  }

  #progress(sent, size) {
    this.#percent = Math.floor((100 * sent) / size);
    this.#root.querySelector("progress").value = this.#percent;
    this.#tell("progress", { p: this.#percent, sent: writeSize(sent), size: writeSize(size) });
  }

  #stop() {
    this.#stopper?.abort();
    this.#stopper = undefined;
  }

  #pause() {
    this.#stop();
    this.#tell("paused", { p: this.#percent });
    this.#offer("resume", "cancel");
  }

  /** It stopped by itself: why, and what can be done. A file that was refused is let
   * go, and another one can be picked; one that was changed can only be picked again. */
  #rest(error) {
    if (error instanceof Refusal) {
      const code = error.codes.find((one) => this.#words.refusals[one]);
      this.#clear();
      this.#part("status").textContent = this.#words.refusals[code] ?? error.message;
    } else if (error instanceof FileChanged) {
      this.#known = this.#sending.state;
      this.#letGo();
      this.#input.value = "";
      this.#tell("changed");
      this.#offer("start", "cancel");
    } else if (error instanceof SignedOut) {
      this.#tell("signed_out");
      this.#offer("sign-in", "resume", "cancel");
    } else if (error instanceof Unreachable) {
      this.#tell("stopped");
      this.#offer("resume", "cancel");
    } else {
      throw error;
    }
  }

  async #cancel() {
    await this.#ended;  // until then it is not known what was begun, nor whether it is done
    if (!this.#file && !this.#known) return;
    const id = (this.#sending?.state ?? this.#known)?.id;
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
    this.#tell("done");
    const detail = { lecture: state.lecture_id, upload: state.id };
    this.#root.dispatchEvent(new CustomEvent("uploaded", { detail, bubbles: true }));
  }

  #clear() {
    this.#known = undefined;
    this.#letGo();
    this.#input.value = "";
    this.#root.querySelector("progress").hidden = true;
    this.#offer("start");
  }

  #letGo() {
    this.#stop();
    this.#file = this.#sending = this.#place.key = undefined;
    this.#part("start").disabled = true;
  }
}

for (const root of document.querySelectorAll("[data-upload]")) new Box(root);
