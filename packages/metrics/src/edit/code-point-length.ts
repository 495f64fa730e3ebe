/** Number of code points of source[from, to); a lone surrogate counts as one. */
export function codePointLength(source: string, from = 0, to: number = source.length): number {
  let length = to - from;
  for (let i = from + 1; i < to; i++) {
    if ((source.charCodeAt(i) & 0xfc00) === 0xdc00 && (source.charCodeAt(i - 1) & 0xfc00) === 0xd800) length--;
  }
  return length;
}
