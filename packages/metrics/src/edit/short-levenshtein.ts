const low = new Int32Array(65536);
const high = new Int32Array(65536);

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
  let surrogate = false;
  for (let i = 0; i < patternLength; i++) {
    const unit = pattern.charCodeAt(from + i);
    if ((unit & 0xf800) === 0xd800) surrogate = true;
    low[unit]! |= 1 << i;
  }
  let distance = patternLength;
  const last = patternLength - 1;
  let vp = -1;
  let vn = 0;
  for (let j = from, end = from + textLength; j < end; j++) {
    const unit = text.charCodeAt(j);
    if ((unit & 0xf800) === 0xd800) {
      surrogate = true;
      break;
    }
    const x = low[unit]!;
    const d0 = (((x & vp) + vp) ^ vp) | x | vn;
    const hp = vn | ~(d0 | vp);
    const hn = d0 & vp;
    distance += ((hp >>> last) & 1) - ((hn >>> last) & 1);
    const shifted = (hp << 1) | 1;
    vp = (hn << 1) | ~(d0 | shifted);
    vn = shifted & d0;
  }
  for (let i = 0; i < patternLength; i++) low[pattern.charCodeAt(from + i)] = 0;
  return surrogate ? -1 : distance;
}

function twoWords(pattern: string, text: string, from: number, patternLength: number, textLength: number): number {
  let surrogate = false;
  for (let i = 0; i < patternLength; i++) {
    const unit = pattern.charCodeAt(from + i);
    if ((unit & 0xf800) === 0xd800) surrogate = true;
    if (i < 32) low[unit]! |= 1 << i;
    else high[unit]! |= 1 << (i - 32);
  }
  let distance = patternLength;
  const last = patternLength - 33;
  let vpLow = -1;
  let vnLow = 0;
  let vpHigh = -1;
  let vnHigh = 0;
  for (let j = from, end = from + textLength; j < end; j++) {
    const unit = text.charCodeAt(j);
    if ((unit & 0xf800) === 0xd800) {
      surrogate = true;
      break;
    }
    const xLow = low[unit]!;
    const d0Low = (((xLow & vpLow) + vpLow) ^ vpLow) | xLow | vnLow;
    const hpLow = vnLow | ~(d0Low | vpLow);
    const hnLow = d0Low & vpLow;
    const hpLowShifted = (hpLow << 1) | 1;
    vpLow = (hnLow << 1) | ~(d0Low | hpLowShifted);
    vnLow = hpLowShifted & d0Low;
    const hnCarry = hnLow >>> 31;
    const x = high[unit]! | hnCarry;
    const d0 = (((x & vpHigh) + vpHigh) ^ vpHigh) | x | vnHigh;
    const hp = vnHigh | ~(d0 | vpHigh);
    const hn = d0 & vpHigh;
    distance += ((hp >>> last) & 1) - ((hn >>> last) & 1);
    const shifted = (hp << 1) | (hpLow >>> 31);
    vpHigh = (hn << 1) | hnCarry | ~(d0 | shifted);
    vnHigh = shifted & d0;
  }
  for (let i = 0; i < patternLength; i++) {
    const unit = pattern.charCodeAt(from + i);
    low[unit] = 0;
    high[unit] = 0;
  }
  return surrogate ? -1 : distance;
}
