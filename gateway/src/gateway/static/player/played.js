// What the video plays, as stretches: cut where somebody seeks, pauses or changes the rate, and now and
// then in between.
import { LONGEST_SECONDS, moment } from "./stretches.js";

/** How often the place is read while it plays. */
const LOOK_MS = 100;
/** Seconds of wall clock after which a stretch is cut and told. It is kept all the time, so that a
 * crash loses one look; a player that is silent for twenty seconds is taken as gone. */
const CUT_SECONDS = 10;
/** A place may be ahead of what the clock allows by so much: media clocks are read unevenly. */
const UNEVEN_SECONDS = 0.5;

/** Nobody sees less of anything; a scrubbing hand makes many such. */
const SHORTEST_SECONDS = 0.05;

/** Watches a video: `onOpen`, `onGrow` and `onCut` hear of each stretch, `about()` says of which lecture
 * and by which token, and nothing is played behind its last second. */
export class Played {
  #stretch = null;
  #began = 0;
  #lookedAt = 0;
  #rate = 1;
  #isStalled = false;

  constructor(video, seconds, about, { onOpen, onGrow, onCut }) {
    Object.assign(this, { video, seconds, about, onOpen, onGrow, onCut });
    this.#rate = video.playbackRate;
    const cut = () => this.cut();
    const on = (names, hear) => names.split(" ").forEach((name) => video.addEventListener(name, hear));
    on("playing seeked timeupdate", () => this.#look());
    on("pause ended", cut);
    on("seeking emptied", () => this.#leave());
    on("waiting", () => { this.#isStalled = true; });
    on("playing timeupdate", () => { this.#isStalled = false; });
    on("ratechange", () => this.cutAndGoOn());
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** End the stretch here: what was played is told at the rate that it was played at. */
  cut() {
    const stretch = this.#stretch;
    if (!stretch) return;
    if (!this.video.seeking) this.#growTo(this.video.currentTime);
    this.#close();
  }

  /** The place has changed already: the stretch ends where it was played to until then. */
  #leave() {
    const stretch = this.#stretch;
    if (!stretch) return;
    const since = (performance.now() - this.#lookedAt) / 1000;
    const unseen = this.#isStalled ? 0 : Math.min(since, (2 * LOOK_MS) / 1000) * this.#rate;
    this.#extend(stretch.end + unseen);
    this.#close();
  }

  #close() {
    const stretch = this.#stretch;
    this.#stretch = null;
    if (stretch?.isKept) this.onCut(stretch);
  }

  #look() {
    const { video } = this;
    if (video.paused || video.seeking || video.readyState < 2) return;
    if (!this.#stretch) this.#begin();
    else this.#growTo(video.currentTime);
    const isLong = performance.now() - this.#began >= 1000 * CUT_SECONDS;
    const stretch = this.#stretch;
    if (stretch && (isLong || stretch.end - stretch.start >= LONGEST_SECONDS / 2)) this.cutAndGoOn();
  }

  /** Two stretches without anything between them. */
  cutAndGoOn() {
    const before = this.#stretch;
    this.cut();
    if (before && !this.video.paused && !this.video.seeking) this.#begin(before.end);
  }

  #begin(at = this.video.currentTime) {
    this.#rate = this.video.playbackRate;
    this.#began = this.#lookedAt = performance.now();
    this.#stretch = { ...this.about(), start: at, end: at, speed: this.#rate, ...moment(), isKept: false };
  }

  /** The video plays on to `place`, or it has jumped there without saying so. */
  #growTo(place) {
    const stretch = this.#stretch;
    const allowed = ((performance.now() - this.#lookedAt) / 1000) * this.#rate + UNEVEN_SECONDS;
    if (place < stretch.end - 0.01 || place - stretch.end > allowed) this.#leave();
    else if (place > stretch.end) this.#extend(place);
  }

  #extend(place) {
    const stretch = this.#stretch;
    this.#lookedAt = performance.now();
    Object.assign(stretch, { end: Math.min(place, this.seconds), ...moment() });
    if (stretch.end - stretch.start < SHORTEST_SECONDS) return;
    if (stretch.isKept) this.onGrow(stretch);
    else this.onOpen(Object.assign(stretch, { isKept: true }));
  }
}
