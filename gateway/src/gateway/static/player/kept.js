// What was played and is not answered yet: kept in the browser, over reloads, crashes and signing in
// again, for the person who played it and nobody else.
import { isContinued, moment } from "./stretches.js";

const ROOT = "biyong.watched";
/** Seven hours of a minute each; the oldest go first. */
const MOST = 420;
/** No service takes what is older. */
const TERM_MS = 7 * 24 * 3600 * 1000;
/** Never kept: they are of this page only. */
const PASSING = new Set(["isOpen", "isKept", "isSending", "dueAt", "tries", "misses"]);

/** The browser's storage, or memory where that is closed to pages. */
export function openStorage() {
  try {
    // What is full still tells what was kept before.
    localStorage.getItem(ROOT);
    return localStorage;
  } catch (error) {
    if (error instanceof DOMException) return new Memory();
    throw error;
  }
}

class Memory {
  #values = new Map();
  get length() { return this.#values.size; }
  key(place) { return [...this.#values.keys()][place]; }
  getItem(name) { return this.#values.get(name) ?? null; }
  setItem(name, value) { this.#values.set(name, value); }
  removeItem(name) { this.#values.delete(name); }
}

/** The stretches of one person that wait for their answers, in the order of playing.
 *
 * Each has a key of its own, written by one tab only, so that tabs never spoil each other's.
 */
export class Kept {
  #stretches = [];
  #number = 0;

  constructor(storage, person, player) {
    Object.assign(this, { storage, person, player });
    this.take((owner) => owner === player);
  }

  /** Keep a stretch that begins to be played; it is not to be told before it is closed. */
  open(stretch) {
    const kept = Object.assign(stretch, { player: this.player, number: (this.#number += 1), isOpen: true });
    this.#stretches.push(kept);
    while (this.#stretches.length > MOST) this.settle(this.#stretches[0]);
    this.save(kept);
    return kept;
  }

  /** Close a stretch: told apart, or together with what it goes on with. */
  close(stretch) {
    stretch.isOpen = false;
    const before = this.#stretches[this.#stretches.indexOf(stretch) - 1];
    if (before && !before.isSending && !before.dueAt && isContinued(before, stretch)) {
      Object.assign(before, { end: stretch.end, at: stretch.at, tick: stretch.tick });
      this.settle(stretch);
      this.save(before);
    } else {
      this.save(stretch);
    }
  }

  /** Keep a stretch as it is now. */
  save(stretch) {
    const lasting = Object.entries(stretch).filter(([name]) => !PASSING.has(name));
    try {
      this.storage.setItem(this.#key(stretch), JSON.stringify(Object.fromEntries(lasting)));
    } catch (error) {
      // A full storage keeps nothing more; this page still knows the stretch and tells it.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  /** Forget a stretch that was answered for good. */
  settle(stretch) {
    this.#stretches = this.#stretches.filter((other) => other !== stretch);
    this.storage.removeItem(this.#key(stretch));
  }

  /** Keep what of a stretch lies behind this second. */
  settleTo(stretch, second) {
    stretch.start = Math.max(stretch.start, second);
    if (stretch.end - stretch.start <= 0.01) this.settle(stretch);
    else this.save(stretch);
  }

  /** Those that may be told now, the longest played first. */
  due(now = moment().tick) {
    return this.closed().filter((stretch) => !stretch.isSending && (stretch.dueAt ?? 0) <= now);
  }

  /** When the next of those that wait is due, in this page's clock; Infinity for none. */
  nextDueAt() {
    return Math.min(Infinity, ...this.closed().map((stretch) => stretch.dueAt ?? 0));
  }

  closed() {
    return this.#stretches.filter((stretch) => !stretch.isOpen);
  }

  /** The intervals of a lecture that were played and are not counted yet. */
  intervals(lecture, edition) {
    return this.#stretches
      .filter((stretch) => stretch.lecture === lecture && stretch.edition === edition)
      .map(({ start, end }) => [start, end]);
  }

  /** Where an earlier page of this browser was left in a lecture; undefined for nowhere. */
  lastPlace(lecture, edition) {
    const ended = this.closed().filter((one) => one.lecture === lecture && one.edition === edition);
    return ended[ended.length - 1]?.end;
  }

  /** Take over what tabs that are gone have left; `isOurs` says it of a player's id. */
  take(isOurs) {
    const known = new Set(this.#stretches.map((stretch) => this.#key(stretch)));
    const names = Array.from({ length: this.storage.length }, (_, place) => this.storage.key(place));
    for (const name of names.filter((name) => name.startsWith(`${ROOT}.`) && !known.has(name))) {
      const stretch = parse(this.storage.getItem(name));
      const isOwn = name.startsWith(`${ROOT}.${this.person}.`);
      // What is too old goes, whoever left it here: a computer of many people keeps no book of them.
      if (!stretch || Date.now() - stretch.at > TERM_MS) this.storage.removeItem(name);
      else if (isOwn && isOurs(stretch.player)) this.#stretches.push(stretch);
    }
    this.#stretches.sort((one, other) => one.at - other.at);
    const own = this.#stretches.filter((stretch) => stretch.player === this.player);
    this.#number = Math.max(this.#number, ...own.map((stretch) => stretch.number));
  }

  #key({ player, number }) {
    return `${ROOT}.${this.person}.${player}.${number}`;
  }
}

function parse(text) {
  try {
    const stretch = JSON.parse(text);
    return stretch && stretch.end > stretch.start && stretch.token ? stretch : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
