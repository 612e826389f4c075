// Plays a lecture and reports what was played. The server judges; this only tells.
(() => {
  "use strict";
  const video = document.getElementById("player");
  if (!video) return;
  const { playlist, lecture, edition, position, watch, texts, earns } = video.dataset;
  const seconds = Number(video.dataset.seconds);
  const say = JSON.parse(texts);
  // One id per tab: coming back to the page goes on, another device is another player.
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => (b & 31).toString(32)).join("");
  const player = sessionStorage.getItem("player") || fresh();
  sessionStorage.setItem("player", player);
  const status = document.getElementById("progress");
  const takeOver = document.getElementById("take-over");
  const address = (what) => `/api/media/lectures/${lecture}/${edition}/${what}`;
  const REPORT_SECONDS = 5;
  let from = null;
  let started = false;
  let busy = Promise.resolve();

  const clock = (s) => `${String(Math.floor(s / 60)).padStart(2, "0")}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  const fill = (text, words) => text.replace(/\{(\w)\}/g, (_, name) => words[name]);

  function drawCovered(intervals) {
    const rail = document.getElementById("covered");
    rail.replaceChildren(...intervals.map(([start, end]) => {
      const part = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      part.setAttribute("class", "fill");
      part.setAttribute("x", start);
      part.setAttribute("width", Math.max(0, end - start));
      part.setAttribute("height", 8);
      return part;
    }));
  }

  function show(watch, note) {
    drawCovered(watch.covered);
    const parts = [];
    if (watch.completed) {
      parts.push(say.done);
    } else {
      parts.push(fill(say.watched, { p: watch.percent }), fill(say.left, { t: clock(Math.max(0, seconds - watch.watched)) }));
      const gap = watch.gaps.find(([, end]) => end <= video.currentTime);
      if (gap) parts.push(fill(say.gap, { a: clock(gap[0]), b: clock(gap[1]) }));
    }
    if (note) parts.unshift(note);
    status.textContent = parts.join(" · ");
  }

  async function send(what, body) {
    const answer = await fetch(address(what), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ player, ...body }),
      keepalive: true,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const judged = await answer.json();
    const note = { "other-player": say.other, "too-fast": say["too-fast"] }[judged.reason]
      || (judged.reason && judged.reason !== "already-watched" ? say.refused : "");
    if (judged.reason === "other-player") {
      video.pause();
      started = false;
      takeOver.hidden = false;
    }
    show(judged.watch, note);
    return judged;
  }

  const inTurn = (work) => (busy = busy.then(work).catch(() => { status.textContent = say.away; }));

  const begin = (force) => inTurn(async () => {
    const at = video.currentTime;
    const judged = await send("starts", { position: at, take_over: force });
    started = judged.reason !== "other-player";
    takeOver.hidden = started;
    from = started ? Math.max(at, 0) : null;
  });

  function report() {
    if (!started || from === null) return;
    const start = from;
    const end = Math.min(video.currentTime, seconds);
    if (end - start < 0.5) return;
    from = end;
    inTurn(() => send("reports", { start, end, speed: video.playbackRate, said_at: Date.now() / 1000 }));
  }

  if (earns === "True") {
    let last = 0;
    video.addEventListener("play", () => begin(false));
    video.addEventListener("timeupdate", () => {
      if (video.seeking) return;
      if (from !== null && video.currentTime - from >= REPORT_SECONDS * video.playbackRate) report();
      last = video.currentTime;
    });
    video.addEventListener("seeking", () => {
      if (started && from !== null && last > from + 0.5) {
        const start = from;
        const end = last;
        inTurn(() => send("reports", { start, end, speed: video.playbackRate }));
      }
      from = null;
    });
    video.addEventListener("seeked", () => { from = started ? video.currentTime : null; last = video.currentTime; });
    video.addEventListener("pause", report);
    video.addEventListener("ended", report);
    video.addEventListener("ratechange", report);
    addEventListener("pagehide", report);
    takeOver.addEventListener("click", () => { begin(true); video.play(); });
  }

  show(JSON.parse(watch));
  const resume = () => { if (Number(position) > 1 && Number(position) < seconds - 2) video.currentTime = Number(position); };
  if (window.Hls && Hls.isSupported()) {
    const hls = new Hls({ startLevel: 0, startPosition: Number(position) > 1 ? Number(position) : -1 });
    hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) status.textContent = say.broken; });
    hls.loadSource(playlist);
    hls.attachMedia(video);
  } else {
    video.src = playlist;
    video.addEventListener("loadedmetadata", resume, { once: true });
  }

  document.addEventListener("keydown", (event) => {
    if (/^(INPUT|SELECT|TEXTAREA|BUTTON|VIDEO)$/.test(event.target.tagName)) return;
    const step = { ArrowLeft: -5, ArrowRight: 5, j: -10, l: 10 }[event.key];
    if (step) video.currentTime = Math.max(0, video.currentTime + step);
    else if (event.key === " " || event.key === "k") video.paused ? video.play() : video.pause();
    else return;
    event.preventDefault();
  });
})();
