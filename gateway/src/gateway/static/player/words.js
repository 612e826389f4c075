// Texts of the player: places to fill, and moments of a lecture.

/** A text with its {places} filled. */
export const fill = (text, words) => text.replace(/\{(\w+)\}/g, (_, name) => words[name]);

/** Seconds of a lecture as 05:07, or 1:05:07 from an hour on. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const minutes = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole < 3600 ? minutes : `${Math.floor(whole / 3600)}:${minutes}`;
}
