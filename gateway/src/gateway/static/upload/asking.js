/** Questions to /api/media/uploads, and what can become of them. */

const UPLOADS = "/api/media/uploads";

/** The service says no; again would change nothing. `codes` name the reason, the more
 * exact one first; the message is what the service says of it. */
export class Refusal extends Error {
  constructor(message, codes) {
    super(message);
    this.codes = codes;
  }
}
/** Nobody answers, or not now: again may help. */
export class Unreachable extends Error {}
/** The session has ended. */
export class SignedOut extends Error {}
/** The file on the disk is no longer the one that was picked. */
export class FileChanged extends Error {}

/** What an answer stands for: its body, or an error of the above. */
function judge(status, text) {
  if (status >= 200 && status < 300) return text ? JSON.parse(text) : null;
  if (status === 401) throw new SignedOut();
  if (status === 0 || status === 429 || status >= 500) throw new Unreachable();
  throw readRefusal(status, text);
}

function readRefusal(status, text) {
  try {
    const { type = "", reason = "", detail = "" } = JSON.parse(text);
    return new Refusal(detail, [reason, type.split("/").pop()]);
  } catch {
    return new Refusal(String(status), []);  // no problem document
  }
}

/** A question to an upload; `body` goes as JSON. */
export async function ask(method, path, body, headers = {}) {
  const json = body && { "Content-Type": "application/json" };
  let answer, text;
  try {
    const sent = body && JSON.stringify(body);
    answer = await fetch(UPLOADS + path, { method, body: sent, headers: { ...json, ...headers } });
    text = await answer.text();
  } catch {
    throw new Unreachable();
  }
  return judge(answer.status, text);
}

/** A part is sent; `progress` is told how many of its bytes are on their way. `signal`
 * stops it. Only the older kind of request tells how far it is. */
export function putPart(upload, number, bytes, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const finish = (settle) => { signal.removeEventListener("abort", stop); settle(); };
    request.open("PUT", `${UPLOADS}/${upload}/parts/${number}`);
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    for (const kind of ["error", "abort", "timeout"])
      request.addEventListener(kind, () => finish(() => reject(new Unreachable())));
    request.addEventListener("load", () => finish(() => {
      try { resolve(judge(request.status, request.responseText)); } catch (error) { reject(error); }
    }));
    signal.addEventListener("abort", stop);
    request.send(bytes);
  });
}

/** The lecture that was begun is named where it belongs. */
export async function link(path, lecture) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", body: new URLSearchParams({ lecture_id: lecture }), redirect: "manual" });
  } catch {
    throw new Unreachable();
  }
  if (answer.type === "opaqueredirect") throw new SignedOut();
  judge(answer.status, await answer.text());
}
