// What the page shows of a lecture that plays: the rail, how far, what is missing, what is wrong.
import { subtract } from "./stretches.js";
import { clock, fill } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const RAIL_HEIGHT = 8;
/** More gaps than that are a list nobody reads. */
const MOST_GAPS = 6;
/** What is shorter is no gap that anybody could see. */
const SHORTEST_GAP = 0.75;
/** The last refusals are shown: older ones were read. */
const MOST_REFUSED = 3;

const part = (id) => document.getElementById(id);

/** The parts of the page beside the video. */
export class View {
  #watch;
  #refused = [];
  #troubles = new Map();

  constructor({ words, seconds, lesson, watch }, { seek }) {
    Object.assign(this, { words, seconds, lesson, seek });
    this.#watch = watch;
  }

  /** How far the person is, and what was played and waits to be counted. */
  show(watch, waiting) {
    const isNew = watch.completed && !this.#watch.completed;
    this.#watch = watch;
    this.draw(waiting);
    this.#mark();
    if (isNew) this.say(this.words.done);
  }

  /** Draw again what is known. */
  draw(waiting) {
    const { covered } = this.#watch;
    const pending = subtract(waiting, covered);
    part("covered").replaceChildren(
      ...covered.map((one) => this.#rect(one, "fill")),
      ...pending.map((one) => this.#rect(one, "pending")),
    );
    part("progress").textContent = this.#progress(pending);
    this.#drawGaps(subtract(this.#watch.gaps, pending));
  }

  /** What is wrong with one thing ("" for nothing more): shown, and said once. */
  trouble(of, kind) {
    if ((this.#troubles.get(of) ?? "") === kind) return;
    this.#troubles.set(of, kind);
    const [shown] = [...this.#troubles.values()].filter((one) => this.words.troubles[one]);
    const text = shown ? this.words.troubles[shown] : "";
    part("trouble").hidden = !text;
    part("trouble-text").textContent = text;
    part("sign-in").hidden = shown !== "signed-out";
    part("reload").hidden = !["other-person", "consent-needed"].includes(shown);
    this.say(text);
  }

  /** A stretch that will never count, and why. */
  refused({ start, end }, reason) {
    if (end - start < SHORTEST_GAP) return;
    const why = this.words.reasons[reason] ?? this.words.reasons.refused;
    const text = fill(this.words.refused, { a: clock(start), b: clock(end), why });
    this.#refused = [text, ...this.#refused.filter((one) => one !== text)].slice(0, MOST_REFUSED);
    part("refused").replaceChildren(...this.#refused.map((one) => element("li", one)));
    part("refused").hidden = false;
    this.say(text);
  }

  /** Another player of this person plays. */
  otherPlays(isSo) {
    part("other").hidden = !isSo;
    if (isSo) this.say(this.words.other);
  }

  /** The button over the picture, until it plays; then the video's own controls. */
  begin(video) {
    part("begin").hidden = false;
    video.controls = false;
    part("begin").addEventListener("click", () => video.play().catch(() => {}));
    const show = () => {
      video.controls = true;
      if (document.activeElement === part("begin")) video.focus({ preventScroll: true });
      part("begin").hidden = true;
    };
    video.addEventListener("play", show, { once: true });
  }

  /** It goes on from a second, once it is played. */
  resumes(second) {
    part("begin-text").textContent = fill(this.words.resume, { t: clock(second) });
    part("begin-text").className = "btn";
  }

  /** The lecture was played to its end, or is played again. */
  ended(isSo) {
    if (part("ended")) part("ended").hidden = !isSo;
  }

  /** Say something once to those who cannot see the page. */
  say(text) {
    if (text && part("say").textContent !== text) part("say").textContent = text;
  }

  #rect([start, end], name) {
    const rect = document.createElementNS(SVG, "rect");
    const about = { class: name, x: start, width: Math.max(0, end - start), height: RAIL_HEIGHT };
    Object.entries(about).forEach(([key, value]) => rect.setAttribute(key, value));
    return rect;
  }

  #progress(pending) {
    const { words } = this;
    const { completed, percent, watched } = this.#watch;
    const waits = pending.reduce((sum, [start, end]) => sum + end - start, 0);
    const parts = completed
      ? [words.done]
      : [fill(words.watched, { p: percent }), fill(words.left, { t: clock(this.seconds - watched) })];
    if (waits >= 1 && !completed) parts.push(fill(words.waiting, { t: clock(waits) }));
    return parts.join(" · ");
  }

  #drawGaps(gaps) {
    const furthest = Math.max(0, ...this.#watch.covered.map(([, end]) => end));
    const passed = gaps.filter(([start, end]) => end <= furthest && end - start > SHORTEST_GAP);
    const shown = this.#watch.completed ? [] : passed.slice(0, MOST_GAPS);
    const key = JSON.stringify(shown);
    part("gaps").hidden = !shown.length;
    if (part("gaps").dataset.shown === key) return;
    part("gaps").dataset.shown = key;
    const buttons = shown.map(([start, end]) => {
      const button = element("button", fill(this.words.gap, { a: clock(start), b: clock(end) }));
      button.className = "link";
      button.type = "button";
      button.addEventListener("click", () => this.seek(start, true));
      return button;
    });
    part("gap-list").replaceChildren(...buttons);
    part("gaps-more").textContent =
      passed.length > shown.length ? fill(this.words.more, { n: passed.length - shown.length }) : "";
  }

  /** The mark in the list of lessons, as it will be there after a reload. */
  #mark() {
    const tag = document.querySelector(`[data-lesson="${CSS.escape(this.lesson)}"] .tag`);
    const { completed, percent } = this.#watch;
    if (!tag || tag.classList.contains("ok") || !(completed || percent)) return;
    tag.className = completed ? "tag ok" : "tag info";
    tag.textContent = completed ? this.words.finished : `${percent}%`;
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
