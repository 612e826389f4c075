// Tells the service what was played until it is settled. The service judges; this only tells, keeps what
// is not answered, and says what became of it.
import { Backoff, Trouble, ask, isSessionOf } from "./door.js";
import { LONGEST_SECONDS, moment, secondsSince } from "./stretches.js";

/** The longest wait between two tries: who comes out of the underground need not wait longer. */
const LONGEST_WAIT = 20;
/** The shortest wait for time to pass: what is asked for at once again is never paid. */
const SHORTEST_WAIT = 0.5;
/** A session that ended begins again elsewhere: in another tab, which says nothing to this one. */
const SIGNED_OUT_WAIT = 60;
/** After so many answers that segments are not known as handed out, they are fetched once more: an edge
 * has told of them within some three seconds. */
const NOT_FETCHED_TRIES = 4;
/** So many are told when the page is left; browsers carry 64 KB of what nobody waits for. */
const LAST_WORDS = 40;
/** Where the answer does not say when to come back. */
const RETRY_SECONDS = 2;

const addressOf = ({ lecture, edition }, what) => `/api/media/lectures/${lecture}/${edition}/${what}`;

/** Tells kept stretches in order.
 *
 * `fetchAgain(stretch, segments)` gets segments once more and answers by which token. `hear` is told:
 * `watch(watch, stretch)` how far the person is, `trouble(kind)` what keeps reports from being settled ("" once nothing does),
 * `refused(stretch, reason)` what will never count, `otherPlayer()` that another one plays.
 */
export class Reporter {
  #backoff = new Backoff(LONGEST_WAIT);
  #isTelling = false;
  #quietUntil = 0;
  #timer = 0;
  #last = null;

  constructor(kept, fetchAgain, hear) {
    Object.assign(this, { kept, fetchAgain, hear });
  }

  /** Say that this player begins at `position`; whether it may play. Unsaid, it may. */
  async begin(about, position, takeOver = false) {
    const body = { token: about.token, player: this.kept.player, position, take_over: takeOver };
    try {
      const judged = await ask("POST", addressOf(about, "starts"), body);
      this.#heard();
      this.hear.watch(judged.watch, about);
      return judged.reason !== "other-player";
    } catch (trouble) {
      this.#hold(trouble);
      return true;
    }
  }

  /** Tell what is due, one after the other. */
  async tell() {
    if (this.#isTelling) return;
    this.#isTelling = true;
    clearTimeout(this.#timer);
    let stretch;
    try {
      while (moment().tick >= this.#quietUntil && (stretch = this.kept.due()[0])) {
        await this.#tellOne(stretch).catch((trouble) => this.#hold(trouble, stretch));
      }
    } finally {
      this.#isTelling = false;
      this.#tellLater();
    }
  }

  /** Something has changed (the line is back, somebody came back to the page): try at once. */
  wake() {
    this.#backoff.reset();
    this.#quietUntil = 0;
    this.kept.closed().forEach((stretch) => { stretch.dueAt = 0; });
    this.tell();
  }

  /** Last words of a page that is left: no answer will be heard, so all stays kept. */
  leave() {
    const words = this.kept.closed().slice(-LAST_WORDS);
    const own = words.filter((stretch) => stretch.player === this.kept.player);
    if (!own.length && this.#last) words.push(this.#last);
    const last = own[own.length - 1] ?? this.#last;
    for (const stretch of words) {
      const body = { ...bodyOf(stretch), leaving: stretch === last };
      ask("POST", addressOf(stretch, "reports"), body, true).catch(() => {});
    }
    this.#last = null;
  }

  async #tellOne(stretch) {
    const body = bodyOf(stretch);
    stretch.isSending = true;
    const judged = await ask("POST", addressOf(stretch, "reports"), { ...body, leaving: false }).finally(() => {
      stretch.isSending = false;
    });
    if (stretch.player === this.kept.player) this.#last = { ...stretch, end: body.end };
    this.#heard();
    this.#settle(stretch, body, judged);
    this.hear.watch(judged.watch, stretch);
    await this.#answerTo(judged, stretch, body);
  }

  /** What is counted is settled, and what can never count; the rest stays. */
  #settle(stretch, body, { reason, counted_to: countedTo }) {
    const isOver = ["", "already-watched"].includes(reason);
    const isWaiting = ["time-not-passed", "not-fetched", "not-started"].includes(reason);
    const rest = { ...stretch, start: Math.max(body.start, countedTo), end: body.end };
    if (!isOver && !isWaiting) this.hear.refused(rest, reason);
    this.kept.settleTo(stretch, isWaiting || (isOver && countedTo > body.start) ? countedTo : body.end);
  }

  async #answerTo({ reason, missing, retry_after: seconds }, stretch, body) {
    if (reason === "other-player" && stretch.player === this.kept.player) this.hear.otherPlayer();
    if (reason === "not-started") await this.#startFor(stretch, body);
    if (reason === "time-not-passed") this.#quietUntil = inSeconds(Math.max(SHORTEST_WAIT, seconds));
    if (reason === "not-fetched") await this.#fetchFor(stretch, missing, seconds || RETRY_SECONDS);
  }

  /** Segments that are not known as handed out come to be known soon; if not, they are fetched once more. */
  async #fetchFor(stretch, missing, seconds) {
    stretch.misses = (stretch.misses ?? 0) + 1;
    const waits = Math.max(1, stretch.misses - NOT_FETCHED_TRIES);
    stretch.dueAt = inSeconds(Math.min(LONGEST_WAIT, seconds * waits));
    if (stretch.misses < NOT_FETCHED_TRIES) return;
    stretch.token = await this.fetchAgain(stretch, missing);
    this.kept.save(stretch);
  }

  /** A report came before its start: the start is made good in the name of this tab's player. */
  async #startFor(stretch, body) {
    stretch.tries = (stretch.tries ?? 0) + 1;
    stretch.dueAt = inSeconds(stretch.tries > 1 ? RETRY_SECONDS * stretch.tries : 0);
    const about = { token: stretch.token, player: this.kept.player, position: body.end, take_over: false };
    await ask("POST", addressOf(stretch, "starts"), about);
  }

  #heard() {
    this.#backoff.reset();
    this.#quietUntil = 0;
    this.hear.trouble("");
  }

  #hold(trouble, stretch) {
    if (!(trouble instanceof Trouble)) throw trouble;
    const { kind, slug, seconds } = trouble;
    if (slug === "not-enrolled" && stretch) {
      // A seat may be given back, and what was watched with one then counts.
      stretch.dueAt = inSeconds(SIGNED_OUT_WAIT);
      this.hear.trouble("gone");
      this.#tellLater();
      return;
    }
    if (kind === "refused" && stretch) {
      this.kept.settle(stretch);
      this.hear.refused(stretch, slug);
    } else if (kind === "other-person" && stretch) {
      stretch.dueAt = inSeconds(SIGNED_OUT_WAIT);
      this.#blame(stretch);
      return;
    } else {
      const wait = ["signed-out", "consent-needed"].includes(kind) ? SIGNED_OUT_WAIT : Math.max(seconds, this.#backoff.next());
      this.#quietUntil = inSeconds(wait);
    }
    if (kind !== "refused") this.hear.trouble(kind);
    this.#tellLater();
  }

  /** A token that is refused is another person's here, or has run out for good. */
  async #blame(stretch) {
    const isOwn = await isSessionOf(this.kept.person).catch(() => false);
    if (!isOwn) {
      this.hear.trouble("other-person");
      return;
    }
    this.kept.settle(stretch);
    this.hear.refused(stretch, "too-late");
  }

  #tellLater() {
    clearTimeout(this.#timer);
    const at = Math.max(this.#quietUntil, this.kept.nextDueAt());
    if (at === Infinity) return;
    this.#timer = setTimeout(() => this.tell(), Math.max(0, at - moment().tick) + 10);
  }
}

const inSeconds = (seconds) => moment().tick + 1000 * seconds;

/** A report of a stretch, or of as much from its start on as one report may hold. */
function bodyOf(stretch) {
  const { token, player, start, speed } = stretch;
  const end = Math.min(stretch.end, start + LONGEST_SECONDS);
  const ago = secondsSince(stretch) + (stretch.end - end) / speed;
  return { token, player, start, end, speed, ago };
}
