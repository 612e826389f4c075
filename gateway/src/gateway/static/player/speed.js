// How fast it plays: chosen in the list, kept for the next lecture, never faster than the course allows.
const KEY = "biyong.speed";

/** Join the list of speeds to the video; `tooFast(isSo)` hears of more than is allowed, and of less again. */
export function joinSpeed(video, list, fastest, { tooFast }) {
  const speeds = [...list.options].map((option) => Number(option.value));
  const set = (speed) => {
    video.defaultPlaybackRate = video.playbackRate = Math.min(fastest, speed);
  };
  list.addEventListener("change", () => set(Number(list.value)));
  video.addEventListener("ratechange", () => {
    if (video.playbackRate > fastest) {
      tooFast(true);
      set(fastest);
      return;
    }
    if (video.playbackRate < fastest) tooFast(false);
    list.value = speeds.includes(video.playbackRate) ? String(video.playbackRate) : "";
    sessionStorage.setItem(KEY, String(video.playbackRate));
  });
  const kept = Number(sessionStorage.getItem(KEY));
  if (speeds.includes(kept)) set(kept);
  /** Faster or slower by so many places of the list. */
  return (steps) => {
    const at = speeds.filter((speed) => speed <= video.playbackRate).length - 1;
    set(speeds[Math.max(0, Math.min(speeds.length - 1, at + steps))]);
  };
}
