/** A picture that was picked is shown before it is sent. */

export function showPicture(form) {
  const input = form.querySelector("input[type=file]");
  const shown = form.querySelector("[data-picture]");
  if (!input || !shown) return;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file?.type.startsWith("image/")) return;
    shown.src = await readAddress(file);  // a data: address, which the page's policy allows
    shown.hidden = false;
  });
}

function readAddress(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
