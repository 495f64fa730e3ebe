const QUOTE = 34;
const COMMA = 44;
const LIST = 91;
const BACKSLASH = 92;
const OBJECT = 123;

/**
 * Whether a JSON text may hold more than `most` values, by the commas and brackets outside its strings: told before it is
 * parsed, for a byte of text may take fifty of memory.
 * O(bytes) time; a text too short for so many is not looked at.
 */
export function hasMoreValues(json: Uint8Array, most: number): boolean {
  // Each value but the first has a comma or a bracket before it, and at least a byte of its own.
  if (json.length <= 2 * most) return false;
  let values = 1;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (byte === QUOTE) at = endOfText(json, at);
    else if ((byte === COMMA || byte === LIST || byte === OBJECT) && ++values > most) return true;
  }
  return false;
}

/** Where the string ends that begins at `start`. */
function endOfText(json: Uint8Array, start: number): number {
  for (let at = json.indexOf(QUOTE, start + 1); at >= 0; at = json.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (json[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return json.length;
}
