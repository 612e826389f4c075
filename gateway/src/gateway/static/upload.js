/** A large file in parts to /api/media/uploads: paused, resumed, found again after a cut. */

const UPLOADS = "/api/media/uploads";
const TRIES = 5;
const WAIT_MS = 1000;

class Refusal extends Error {}

/** Ask as a script; a refusal says why in the words of the service. */
async function ask(method, path, body, headers = {}) {
  const answer = await fetch(UPLOADS + path, { method, body, headers });
  if (answer.ok) return answer.json();
  if (answer.status >= 500) throw new TypeError("away");
  throw new Refusal((await answer.json()).detail ?? String(answer.status));
}

/** A name for the file that is the same when it is picked again. */
async function markOf(file) {
  const text = [file.name, file.size, file.lastModified].join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].slice(0, 16).map((b) => b.toString(16).padStart(2, "0")).join("");
}

class Upload {
  #root; #words; #file; #state; #paused = true;

  constructor(root) {
    this.#root = root;
    this.#words = JSON.parse(root.dataset.upload);
    root.querySelector("input").addEventListener("change", (event) => this.#pick(event.target.files[0]));
    this.#part("start").addEventListener("click", () => this.#run());
    this.#part("resume").addEventListener("click", () => this.#run());
    this.#part("pause").addEventListener("click", () => this.#stop(this.#words.paused));
    addEventListener("beforeunload", (event) => { if (!this.#paused) event.preventDefault(); });
  }

  #part(name) { return this.#root.querySelector(`[data-part=${name}]`); }

  #pick(file) {
    this.#file = file;
    this.#state = undefined;
    this.#stop("");
    this.#part("start").hidden = false;
    this.#part("start").disabled = !file;
    this.#part("resume").hidden = true;
  }

  async #run() {
    this.#paused = false;
    this.#part("start").hidden = this.#part("resume").hidden = true;
    this.#part("pause").hidden = false;
    this.#root.querySelector("progress").hidden = false;
    try {
      this.#state ??= await this.#begin();
      await this.#sendParts();
      if (!this.#paused) await this.#complete();
    } catch (error) {
      this.#stop(error instanceof Refusal ? error.message : this.#words.away);
    }
  }

  /** The upload of this file that was begun before, else a new one. */
  async #begin() {
    const mark = await markOf(this.#file);
    const { uploads } = await ask("GET", "");
    const known = uploads.find((one) => one.mark === mark && one.state === "open");
    if (known) return ask("GET", `/${known.id}`);
    const body = { title: this.#file.name.replace(/\.[^.]*$/, ""), bytes: this.#file.size, mark };
    return ask("POST", "", JSON.stringify(body), { "Content-Type": "application/json", "Idempotency-Key": mark + Date.now() });
  }

  async #sendParts() {
    for (let number = 1; number <= this.#state.count && !this.#paused; number += 1) {
      if (this.#state.parts.includes(number)) continue;
      const from = (number - 1) * this.#state.part_size;
      await this.#sendPart(number, this.#file.slice(from, from + this.#state.part_size));
      this.#show();
    }
  }

  async #sendPart(number, bytes) {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#state = await ask("PUT", `/${this.#state.id}/parts/${number}`, bytes);
        return;
      } catch (error) {
        if (error instanceof Refusal || tries === TRIES) throw error;
        await new Promise((done) => setTimeout(done, WAIT_MS * 2 ** tries));
      }
    }
  }

  async #complete() {
    this.#state = await ask("POST", `/${this.#state.id}/completion`);
    this.#stop(this.#words.done);
    this.#part("resume").hidden = true;
    const detail = { lecture: this.#state.lecture_id, upload: this.#state.id };
    this.#root.dispatchEvent(new CustomEvent("uploaded", { detail, bubbles: true }));
  }

  #show() {
    const percent = Math.floor((100 * this.#state.parts.length) / this.#state.count);
    this.#root.querySelector("progress").value = percent;
    this.#part("status").textContent = this.#words.progress.replace("{p}", percent);
  }

  #stop(words) {
    this.#paused = true;
    this.#part("pause").hidden = true;
    this.#part("resume").hidden = !this.#state;
    this.#part("status").textContent = words;
  }
}

for (const root of document.querySelectorAll("[data-upload]")) new Upload(root);
