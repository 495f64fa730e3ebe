/**
 * Number of leading code units that two strings share and an edit distance may skip; a surrogate pair is never cut in two.
 */
export function commonPrefixLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  if (length > 0 && (a.charCodeAt(length - 1) & 0xfc00) === 0xd800) length--;
  return length;
}

/** The same at the end, leaving the first `prefix` units of both alone. */
export function commonSuffixLength(a: string, b: string, prefix: number): number {
  const limit = Math.min(a.length, b.length) - prefix;
  const aLast = a.length - 1;
  const bLast = b.length - 1;
  let length = 0;
  while (length < limit && a.charCodeAt(aLast - length) === b.charCodeAt(bLast - length)) length++;
  if (length > 0 && (a.charCodeAt(a.length - length) & 0xfc00) === 0xdc00) length--;
  return length;
}
