// The lecture's bytes: none before somebody plays, and whatever cuts them off heals by itself.
import { Backoff, Trouble, ask, isSessionOf } from "./door.js";

/** The longest wait between two tries to go on, and while only somebody else can help. */
const LONGEST_WAIT = 10;
const HELPLESS_WAIT = 60;
/** A decoder that fails again so soon, or a new grant that is refused so soon, needs more. */
const RELAPSE_MS = 10_000;
/** Statuses by which an address is refused: another grant may open another one. */
const REFUSED = new Set([401, 403, 404, 410]);
/** Where a stream's address names its token, lecture and edition. */
const PREFIX = /\/v\/[^/]+\/[^/]+\/\d+(?=\/)/;
/** hls.js tries little by itself: it would not hear that the line is back. */
const FEW_TRIES = {
  default: {
    maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 60_000,
    timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 1, retryDelayMs: 500, maxRetryDelayMs: 500 },
  },
};
/** Captions are track elements, which Safari knows as well: hls.js would empty and disable them whenever
 * it begins anew. */
const NO_TEXT = { timelineController: undefined, subtitleTrackController: undefined, subtitleStreamController: undefined };
const POLICIES = ["fragLoadPolicy", "playlistLoadPolicy", "manifestLoadPolicy"];

/** Streams one lecture into a video by a person's grant, which it renews.
 *
 * `hear(state)` is told "" while all is well, else what is wrong: "waiting", "stream-away", "broken",
 * or what keeps the person from a new grant: "signed-out", "other-person", "gone". `renewed(grant)`
 * hears of each new grant.
 */
export class Stream {
  #backoff = new Backoff(LONGEST_WAIT);
  #hls = null;
  #isHealing = false;
  #isTrying = false;
  #isStopped = false;
  #needsGrant = false;
  #wants = false;
  #failedAt = -Infinity;
  #renewedAt = -Infinity;
  #timer = 0;

  constructor(video, grant, person, { hear, renewed }) {
    Object.assign(this, { video, grant, person, hear, renewed });
    video.addEventListener("play", () => this.#play());
    video.addEventListener("pause", () => { this.#wants = this.#wants && Boolean(video.error); });
    video.addEventListener("playing", () => this.#isHealing || this.hear(""));
    video.addEventListener("error", () => this.#hls || this.#fail(true));
    video.addEventListener("timeupdate", () => { if (!this.#hls && !video.paused && !video.seeking) this.#well(); });
    // Where the browser itself plays a stream, `preload` already keeps it from loading anything.
    if (!isByEngine()) video.src = grant.playlist;
  }

  /** Something has changed, perhaps for the better: what waits for its next try is tried at once. */
  wake() {
    this.#backoff.reset();
    if (this.#isHealing && this.#timer) this.#tryAgain();
  }

  #play() {
    this.#wants = true;
    if (isByEngine() && !this.#hls) this.#open();
  }

  /** Load from the place where the video is, also anew. */
  #open() {
    const { video, grant } = this;
    const at = video.currentTime;
    if (isByEngine()) {
      this.#hls?.destroy();
      this.#hls = this.#engine(at);
      this.#hls.loadSource(grant.playlist);
      this.#hls.attachMedia(video);
    } else {
      video.src = grant.playlist;
      video.load();
    }
    if (at > 0) video.currentTime = at;
    this.#playOn();
  }

  /** hls.js, which asks for every file by the grant that holds now. */
  #engine(at) {
    const { Events } = window.Hls;
    const engine = new window.Hls({
      ...NO_TEXT, startLevel: 0, startPosition: at > 0 ? at : -1,
      xhrSetup: (xhr, url) => xhr.open("GET", url.replace(PREFIX, this.grant.prefix), true),
      ...Object.fromEntries(POLICIES.map((name) => [name, FEW_TRIES])),
    });
    engine.on(Events.ERROR, (_, data) => this.#meet(data));
    engine.on(Events.FRAG_BUFFERED, () => this.#well());
    return engine;
  }

  #meet({ fatal, type, details, response }) {
    const { ErrorTypes, ErrorDetails } = window.Hls;
    // hls.js stops loading by itself then, though a fragment on its way may still come in.
    this.#isStopped ||= fatal;
    if (REFUSED.has(response?.code)) this.#fail(true);
    else if (fatal && type === ErrorTypes.NETWORK_ERROR) this.#fail(false);
    else if (fatal) this.#recover();
    else if (details === ErrorDetails.BUFFER_STALLED_ERROR && !this.#isHealing) this.hear("waiting");
  }

  /** Bytes come: all is well. */
  #well() {
    if (!this.#isHealing || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#isHealing = this.#needsGrant = false;
    this.#backoff.reset();
    this.hear("");
    this.#playOn();
  }

  #playOn() {
    if (this.#wants && this.video.paused) this.video.play().catch(() => {});
  }

  /** The line is cut, or the address is refused: go on later, by a new grant if need be. */
  #fail(isRefused) {
    this.#needsGrant ||= isRefused;
    // Picture and sound fail side by side: hls.js stands still if both are tried again for themselves.
    if (this.#isTrying || (this.#isHealing && this.#timer)) return;
    this.#isHealing = true;
    this.hear("stream-away");
    const isFirst = isRefused && performance.now() - this.#renewedAt > RELAPSE_MS;
    this.#later(isFirst ? 0 : this.#backoff.next());
  }

  #later(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tryAgain(), 1000 * seconds);
  }

  async #tryAgain() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#needsGrant && !(await this.#renewOnce())) return;
    this.#isStopped = false;
    if (!this.#hls?.levels.length) this.#open();
    else this.#hls.startLoad(-1);
  }

  async #renewOnce() {
    if (this.#isTrying) return false;
    this.#isTrying = true;
    try {
      return await this.#renew();
    } finally {
      this.#isTrying = false;
    }
  }

  /** Whether there is a new grant for the same person; else it is said why, and tried later. */
  async #renew() {
    try {
      // Another person's grant would count for the other.
      if (!(await isSessionOf(this.person))) throw new Trouble("other-person");
      const grant = await ask("POST", `/api/media/lectures/${this.grant.lecture_id}/grants`, {});
      this.#renewedAt = performance.now();
      this.#needsGrant = false;
      this.grant = grant;
      this.renewed(grant);
      return true;
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      const isHelpless = trouble.kind !== "away";
      this.hear({ away: "stream-away", refused: "gone" }[trouble.kind] ?? trouble.kind);
      this.#later(isHelpless ? HELPLESS_WAIT : Math.max(trouble.seconds, this.#backoff.next()));
      return false;
    }
  }

  /** A decoder that failed: the mildest remedy first, all anew if it fails again soon. */
  #recover() {
    const hasRelapsed = performance.now() - this.#failedAt < RELAPSE_MS;
    this.#failedAt = performance.now();
    this.#isHealing = true;
    this.#isStopped = false;
    this.hear("broken");
    if (hasRelapsed) this.#open();
    else this.#hls.recoverMediaError();
    this.#playOn();
  }
}

/** Whether hls.js plays here; else the browser does by itself, as on older phones of Apple. */
const isByEngine = () => Boolean(window.Hls?.isSupported());
