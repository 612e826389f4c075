// Captions: off until somebody chooses a language, in our list or in the browser's own menu; the
// choice is kept on this device.
import { Backoff } from "./door.js";
import { openStorage } from "./kept.js";

const OFF = "";
/** The language that is on, or off; and the last that was on, for the key. */
const CHOSEN = "biyong.captions";
const LAST = "biyong.captions.last";
/** The longest wait between two tries to get a file. */
const LONGEST_WAIT = 30;
const TROUBLE = "captions-away";
const primary = (language) => language.split("-")[0].toLowerCase();

/** The captions of a video, by its track elements and the list of languages; `trouble(kind)` hears of
 * a file that does not come, and of "" once it does. */
export class Captions {
  #tracks;
  #storage = openStorage();
  #backoff = new Backoff(LONGEST_WAIT);
  #timer = 0;
  #tries = 0;
  /** What we switched on ourselves; all else was switched in the browser's menu. */
  #shown = OFF;

  constructor(video, list, captions, { trouble }) {
    Object.assign(this, { list, captions, trouble });
    this.#tracks = [...video.querySelectorAll("track")];
    if (!this.#tracks.length) return;
    for (const track of this.#tracks) {
      track.addEventListener("load", () => track.srclang === this.#language() && this.#well());
      track.addEventListener("error", () => track.srclang === this.#language() && this.#fail());
    }
    list.addEventListener("change", () => this.#choose(list.value));
    video.textTracks.addEventListener("change", () => {
      if (this.#language() !== this.#shown) this.#choose(this.#language());
    });
    this.#show(this.#match(this.#storage.getItem(CHOSEN) ?? OFF) ?? OFF);
  }

  /** On, in the language that was on last or that the page is in; or off. */
  toggle() {
    if (!this.#tracks.length) return;
    const wanted = [this.#storage.getItem(LAST) ?? OFF, document.documentElement.lang];
    const found = wanted.map((language) => this.#match(language)).find(Boolean);
    this.#choose(this.#language() ? OFF : found ?? this.#tracks[0].srclang);
  }

  /** Ask by a new grant from now on. */
  renew(grant) {
    this.captions = grant.captions;
    if (this.#timer) this.#tryAgain();
  }

  /** The language of the page's captions that goes best with a language, or undefined. */
  #match(language) {
    const all = this.#tracks.map((track) => track.srclang);
    return all.find((one) => one === language) ?? all.find((one) => primary(one) === primary(language));
  }

  /** The language that is on. */
  #language() {
    return this.#tracks.find(({ track }) => track.mode === "showing")?.srclang ?? OFF;
  }

  /** Somebody wants this language, here and in the next lecture. */
  #choose(language) {
    this.#show(language);
    this.#keep(language);
  }

  #show(language) {
    this.#shown = this.list.value = language;
    for (const { srclang, track } of this.#tracks) track.mode = srclang === language ? "showing" : "disabled";
    const shown = this.#tracks.find(({ srclang }) => srclang === language);
    if (shown?.readyState === HTMLTrackElement.ERROR) this.#fail();
    else if (!shown || shown.readyState === HTMLTrackElement.LOADED) this.#well();
  }

  #keep(language) {
    try {
      this.#storage.setItem(CHOSEN, language);
      if (language) this.#storage.setItem(LAST, language);
    } catch (error) {
      // A full storage keeps no choice; this page still knows it.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  #well() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#backoff.reset();
    this.trouble("");
  }

  #fail() {
    if (this.#timer) return;
    this.trouble(TROUBLE);
    this.#timer = setTimeout(() => this.#tryAgain(), 1000 * this.#backoff.next());
  }

  /** Ask for the file once more: under the same address no browser does. */
  #tryAgain() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const track = this.#tracks.find(({ srclang }) => srclang === this.#language());
    const found = this.captions.find(({ language }) => language === this.#language());
    this.#tries += 1;
    if (track && found) track.src = `${found.address}?try=${this.#tries}`;
  }
}
