// The id of this tab's player: the same after a reload, another in a tab that was copied.
import { abortedIn } from "./door.js";

const KEY = "player";
/** A page that is being left gives its lock back within so long. */
const RELOAD_MS = 1500;

/** This tab's player. Held until the page ends, so that others see that it lives. */
export async function playerOfTab() {
  const kept = sessionStorage.getItem(KEY);
  if (kept && (await hold(kept))) return kept;
  const fresh = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => (byte & 31).toString(32)).join("");
  sessionStorage.setItem(KEY, fresh);
  await hold(fresh);
  return fresh;
}

/** The players of this browser whose tabs live; none is known where browsers keep no locks. */
export async function livingPlayers() {
  if (!navigator.locks) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(held.map((lock) => lock.name));
}

/** The tabs of this browser among each other: the function that says that this one plays now.
 *
 * `otherPlays()` is called where another tab says so; other devices are heard of by the service.
 */
export function joinTabs(person, otherPlays) {
  if (!window.BroadcastChannel) return () => {};
  const channel = new BroadcastChannel(`biyong.playing.${person}`);
  channel.addEventListener("message", otherPlays);
  return () => channel.postMessage("");
}

/** Whether the lock is ours now. Without TLS browsers have none, and every id is taken as its tab's. */
function hold(name) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const keep = () => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(name, { signal: abortedIn(RELOAD_MS) }, keep).catch(() => resolve(false));
  });
}
