// The page of a lecture: puts the parts of the player together.
import { Captions } from "./captions.js";
import { listen } from "./keys.js";
import { joinSpeed } from "./speed.js";
import { Stream } from "./stream.js";
import { View } from "./view.js";
import { startWatching } from "./watching.js";

/** So near its beginning or its end a lecture is begun anew. */
const NEAR_SECONDS = 2;

const video = document.getElementById("player");
const about = JSON.parse(video.dataset.player);
const { grant, person, fastest } = about;
const { completed, position } = grant.watch;

const view = new View({ ...about, seconds: grant.seconds, watch: grant.watch }, { seek });
const captions = new Captions(video, document.getElementById("captions"), grant.captions, {
  trouble: (kind) => view.trouble("captions", kind),
});
const stream = new Stream(video, grant, person, {
  hear: (state) => view.trouble("stream", state),
  // Another edition has other seconds: all of the page is made anew.
  renewed: (fresh) => (fresh.edition === grant.edition ? captions.renew(fresh) : location.reload()),
});
view.draw([]);
view.begin(video);
resumeAt(position);

const faster = joinSpeed(video, document.getElementById("speed"), fastest, {
  tooFast: (isSo) => view.trouble("speed", isSo ? "too-fast" : ""),
});
const help = () => document.getElementById("keys").toggleAttribute("open");
listen(video, { seek: (second) => seek(second), faster, help, captions: () => captions.toggle() });
video.addEventListener("ended", () => view.ended(true));
video.addEventListener("play", () => view.ended(false));
addEventListener("online", () => stream.wake());
addEventListener("focus", () => stream.wake());
document.addEventListener("visibilitychange", () => document.hidden || stream.wake());

if (about.earns) await startWatching(video, person, stream, view, resumeAt);

/** Be ready to go on from a second, if it is a place to go on from. */
function resumeAt(second) {
  if (completed || !(second > NEAR_SECONDS && second < grant.seconds - NEAR_SECONDS)) return;
  seek(second);
  view.resumes(second);
}

/** Go to a second, and play from there if that is asked. */
function seek(second, plays = false) {
  video.currentTime = Math.max(0, Math.min(grant.seconds, second));
  if (plays) video.play().catch(() => {});
}
