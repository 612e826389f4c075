// Keys of the player, where no field, button or list wants them for itself.

const STEP = { ArrowLeft: -5, ArrowRight: 5, j: -10, l: 10 };
/** On these the space bar and the arrows already mean something. */
const OWN_KEYS = "button,a,summary,select,input,textarea,video";
const TYPING = "select,input,textarea";

/** Listen. `seek(second)`, `faster(steps)`, `help()` and `captions()` do what is asked. */
export function listen(video, { seek, faster, help, captions }) {
  const does = {
    k: () => (video.paused ? video.play() : video.pause()),
    c: captions,
    m: () => { video.muted = !video.muted; },
    f: () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen?.()),
    ",": () => faster(-1),
    ".": () => faster(1),
    "?": help,
  };
  does[" "] = does.k;
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const isTaken = key.length > 1 || key === " " ? target.closest(OWN_KEYS) : target.closest(TYPING);
    if (event.ctrlKey || event.metaKey || event.altKey || isTaken) return;
    if (STEP[key]) seek(video.currentTime + STEP[key]);
    else if (does[key]) Promise.resolve(does[key]()).catch(() => {});
    else return;
    event.preventDefault();
  });
}
