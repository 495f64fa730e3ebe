const low: Int32Array = new Int32Array(65536);
const high: Int32Array = new Int32Array(65536);

/**
 * Levenshtein distance of pattern[from, from + patternLength) and text[from, from + textLength) by code unit, for
 * 1 ≤ patternLength ≤ 64: Hyyrö's 32-bit word, or two of them, with nothing allocated. −1 when a surrogate turned up.
 */
export function shortLevenshtein(
  pattern: string,
  text: string,
  from: number,
  patternLength: number,
  textLength: number,
): number {
  return patternLength <= 32
    ? oneWord(pattern, text, from, patternLength, textLength)
    : twoWords(pattern, text, from, patternLength, textLength);
}

function oneWord(pattern: string, text: string, from: number, patternLength: number, textLength: number): number {
  // All units OR-ed: where that cannot be a surrogate, none of them is.
  let seen = 0;
  for (let i = 0; i < patternLength; i++) {
    const unit = pattern.charCodeAt(from + i);
    seen |= unit;
    low[unit]! |= 1 << i;
  }
  let vp = -1;
  let vn = 0;
  for (let j = from, end = from + textLength; j < end; j++) {
    const unit = text.charCodeAt(j);
    seen |= unit;
    const x = low[unit]!;
    const d0 = (((x & vp) + vp) ^ vp) | x | vn;
    const shifted = ((vn | ~(d0 | vp)) << 1) | 1;
    vp = ((d0 & vp) << 1) | ~(d0 | shifted);
    vn = shifted & d0;
  }
  for (let i = 0; i < patternLength; i++) low[pattern.charCodeAt(from + i)] = 0;
  if (holdsAnySurrogate(seen, pattern, text, from, patternLength, textLength)) return -1;
  // The last column's first value is textLength; the vertical differences lead to its end.
  const mask = patternLength === 32 ? -1 : (1 << patternLength) - 1;
  return textLength + bitCount(vp & mask) - bitCount(vn & mask);
}

function twoWords(pattern: string, text: string, from: number, patternLength: number, textLength: number): number {
  let seen = 0;
  for (let i = 0; i < patternLength; i++) {
    const unit = pattern.charCodeAt(from + i);
    seen |= unit;
    if (i < 32) low[unit]! |= 1 << i;
    else high[unit]! |= 1 << (i - 32);
  }
  let vpLow = -1;
  let vnLow = 0;
  let vpHigh = -1;
  let vnHigh = 0;
  for (let j = from, end = from + textLength; j < end; j++) {
    const unit = text.charCodeAt(j);
    seen |= unit;
    const xLow = low[unit]!;
    const d0Low = (((xLow & vpLow) + vpLow) ^ vpLow) | xLow | vnLow;
    const hpLow = vnLow | ~(d0Low | vpLow);
    const hnLow = d0Low & vpLow;
    const shiftedLow = (hpLow << 1) | 1;
    vpLow = (hnLow << 1) | ~(d0Low | shiftedLow);
    vnLow = shiftedLow & d0Low;
    const hnCarry = hnLow >>> 31;
    const x = high[unit]! | hnCarry;
    const d0 = (((x & vpHigh) + vpHigh) ^ vpHigh) | x | vnHigh;
    const shifted = ((vnHigh | ~(d0 | vpHigh)) << 1) | (hpLow >>> 31);
    vpHigh = ((d0 & vpHigh) << 1) | hnCarry | ~(d0 | shifted);
    vnHigh = shifted & d0;
  }
  for (let i = 0; i < patternLength; i++) {
    const unit = pattern.charCodeAt(from + i);
    low[unit] = 0;
    high[unit] = 0;
  }
  if (holdsAnySurrogate(seen, pattern, text, from, patternLength, textLength)) return -1;
  const mask = patternLength === 64 ? -1 : (1 << (patternLength - 32)) - 1;
  return textLength + bitCount(vpLow) - bitCount(vnLow) + bitCount(vpHigh & mask) - bitCount(vnHigh & mask);
}

/** Whether a range holds a surrogate, which can only be where the OR of its units has the bits of one. */
function holdsAnySurrogate(
  seen: number,
  pattern: string,
  text: string,
  from: number,
  patternLength: number,
  textLength: number,
): boolean {
  if ((seen & 0xd800) !== 0xd800) return false;
  return holdsSurrogate(pattern, from, from + patternLength) || holdsSurrogate(text, from, from + textLength);
}

function holdsSurrogate(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((text.charCodeAt(i) & 0xf800) === 0xd800) return true;
  return false;
}

function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
