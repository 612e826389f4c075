/** Passkeys: the browser's own dialog makes or uses one, and a plain form sends what it
 * answers. Where there are none, a sentence of the page stays in the form's place. */

const ANSWERED = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function decode(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function encode(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What the browser is asked: bytes travel as text. */
function readOptions(form) {
  const options = JSON.parse(form.dataset.options);
  options.challenge = decode(options.challenge);
  if (options.user) options.user.id = decode(options.user.id);
  const known = [...(options.allowCredentials ?? []), ...(options.excludeCredentials ?? [])];
  for (const credential of known) credential.id = decode(credential.id);
  return options;
}

function writeAnswer({ id, rawId, type, response }) {
  const answered = ANSWERED.filter((name) => response[name]);
  const sent = Object.fromEntries(answered.map((name) => [name, encode(response[name])]));
  return JSON.stringify({ id, rawId: encode(rawId), type, response: sent });
}

async function answerForm(form) {
  const publicKey = readOptions(form);
  const isNew = form.dataset.passkey === "create";
  const failed = form.querySelector("[data-failed]");
  const button = form.querySelector("button");
  failed.hidden = true;
  button.disabled = true;
  try {
    const made = isNew
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.credential.value = writeAnswer(made);
    form.submit();
  } catch {
    // called off, timed out, or none that fits: the browser does not say which
    failed.hidden = false;
    button.disabled = false;
  }
}

function openForms() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential || location.origin !== form.dataset.origin) continue;
    form.hidden = false;
    form.nextElementSibling.hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answerForm(form);
    });
  }
}

openForms();
