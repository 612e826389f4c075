// A stretch: what was played from second `start` to `end` at `speed`, the end of it at the moment
// `at` of the wall clock, which is `tick` of this page's own clock (`page` says which page's).

/** Two cuts of one moment may differ so much: media clocks are read to the hundredth of a second. */
const TOUCHING_SECONDS = 0.05;
/** What was played one right after the other: a stall as short is no pause. */
const PAUSE_SECONDS = 2;
/** The service takes no longer ones. */
export const LONGEST_SECONDS = 60;
/** A year of wall clock is no honest age: a clock was set. */
const OLDEST_SECONDS = 7 * 24 * 3600;

/** This moment, as stretches keep it. */
export const moment = () => ({ at: Date.now(), tick: performance.now(), page: performance.timeOrigin });

/** How many seconds ago the end of a stretch was played.
 *
 * The page's own clock stands still while a device sleeps, and the wall clock may be set: the longer
 * of both is believed, since what was played long ago is only asked for less.
 */
export function secondsSince(stretch) {
  const now = moment();
  const byTick = stretch.page === now.page ? now.tick - stretch.tick : 0;
  return Math.min(OLDEST_SECONDS, Math.max(0, byTick, now.at - stretch.at) / 1000);
}

/** Whether one stretch goes on where and when the other ended, and both may be told as one. */
export function isContinued(first, next) {
  const isAlike = ["lecture", "edition", "token", "player", "speed", "page"].every((n) => first[n] === next[n]);
  const began = next.tick - (1000 * (next.end - next.start)) / next.speed;
  return (
    isAlike &&
    Math.abs(next.start - first.end) <= TOUCHING_SECONDS &&
    Math.abs(began - first.tick) <= 1000 * PAUSE_SECONDS &&
    next.end - first.start <= LONGEST_SECONDS
  );
}

/** Sorted intervals [start, end] without what the others cover. */
export function subtract(intervals, others) {
  return others.reduce(
    (left, [from, to]) =>
      left.flatMap(([start, end]) =>
        to <= start || from >= end
          ? [[start, end]]
          : [[start, Math.min(from, end)], [Math.max(to, start), end]].filter(([a, b]) => b > a),
      ),
    intervals,
  );
}
