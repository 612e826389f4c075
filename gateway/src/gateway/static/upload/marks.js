/** What a file is known by: the same when it is picked again, on another day too. */

export function markOf({ name, size, lastModified }) {
  let hash = 0x811c9dc5;  // FNV-1a: to tell names apart, not to guard anything
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return `${size}-${lastModified}-${hash.toString(16)}`;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** Bytes as people read them. */
export function writeSize(bytes) {
  const step = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), UNITS.length - 1);
  const number = bytes / 1024 ** step;
  return `${number >= 10 || step === 0 ? Math.round(number) : number.toFixed(1)} ${UNITS[step]}`;
}
