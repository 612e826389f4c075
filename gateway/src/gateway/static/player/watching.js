// Watching that earns: what the video plays is kept, told, and shown as it is counted.
import { Kept, openStorage } from "./kept.js";
import { Played } from "./played.js";
import { Reporter } from "./reporter.js";
import { fetchAgain } from "./segments.js";
import { joinTabs, livingPlayers, playerOfTab } from "./tab.js";

/** A crash loses so much of what was played. */
const SAVE_MS = 1000;

/** Begin to keep and to tell, also what earlier pages of this person could not tell: where the last of
 * them was left, `resumeAt(second)` is told. */
export async function startWatching(video, person, stream, view, resumeAt) {
  const { lecture_id: lecture, edition, seconds } = stream.grant;
  const about = () => ({ lecture, edition, token: stream.grant.token });
  const early = watchEarly(video, seconds, about);
  const kept = new Kept(openStorage(), person, await playerOfTab());
  const waiting = () => kept.intervals(lecture, edition);
  const isShown = (one) => one.lecture === lecture && one.edition === edition;
  const stop = () => {
    video.pause();
    view.otherPlays(true);
  };

  const reporter = new Reporter(kept, (stretch, segments) => fetchAgain(stretch, segments, stream.grant), {
    watch: (watch, one) => isShown(one) && view.show(watch, waiting()),
    trouble: (kind) => view.trouble("reports", kind),
    refused: (stretch, reason) => isShown(stretch) && view.refused(stretch, reason),
    otherPlayer: stop,
  });
  const playsHere = joinTabs(person, () => video.paused || stop());
  const begin = async (takeOver) => {
    const mayPlay = await reporter.begin(about(), video.currentTime, takeOver);
    if (!mayPlay) return stop();
    view.otherPlays(false);
    if (takeOver) playsHere();
  };

  let savedAt = 0;
  let isLeaving = false;
  const played = early.hearInstead({
    onOpen: (stretch) => kept.open(stretch),
    onGrow: (stretch) => {
      if (performance.now() - savedAt < SAVE_MS) return;
      savedAt = performance.now();
      kept.save(stretch);
      view.draw(waiting());
    },
    onCut: (stretch) => {
      kept.close(stretch);
      view.draw(waiting());
      if (!isLeaving) reporter.tell();
    },
  });

  const takeLeft = async () => {
    const living = await livingPlayers();
    kept.take((owner) => !living.has(owner));
    view.draw(waiting());
  };
  const wake = async () => {
    await takeLeft();
    reporter.wake();
  };
  video.addEventListener("play", () => begin(false));
  if (!video.paused) begin(false);
  document.getElementById("take-over").addEventListener("click", async () => {
    await begin(true);
    video.play();
  });
  addEventListener("online", wake);
  addEventListener("focus", wake);
  addEventListener("pagehide", () => {
    isLeaving = true;
    played.cut();
    reporter.leave();
  });
  addEventListener("pageshow", (event) => {
    isLeaving = false;
    if (event.persisted && !video.paused) begin(false);
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? played.cutAndGoOn() : wake()));
  await takeLeft();
  if (video.paused) resumeAt(kept.lastPlace(lecture, edition));
  reporter.wake();
}

/** Notes what is played before it is known which player this tab is; `hearInstead(hear)` hands it over. */
function watchEarly(video, seconds, about) {
  const opened = [];
  const closed = new Set();
  const notes = { onOpen: (one) => opened.push(one), onGrow: () => {}, onCut: (one) => closed.add(one) };
  const played = new Played(video, seconds, about, notes);
  const hearInstead = (hear) => {
    opened.forEach((stretch) => hear.onOpen(stretch));
    opened.filter((stretch) => closed.has(stretch)).forEach((stretch) => hear.onCut(stretch));
    return Object.assign(played, hear);
  };
  return { hearInstead };
}
