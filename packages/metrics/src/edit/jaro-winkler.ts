/** Jaro's similarity is raised only above this (Winkler's and rapidfuzz's threshold). */
const BOOST_ABOVE = 0.7;
const LONGEST_PREFIX = 4;

/**
 * Jaro-Winkler similarity by code point, equal to rapidfuzz.
 * @param prefixWeight what each of up to four shared leading characters adds, in [0, 0.25]
 * @returns ratio in [0, 1]; 1 when both are empty, 0 when one is
 * O(|a| + |b|) time.
 */
export function jaroWinklerSimilarity(a: string, b: string, prefixWeight = 0.1): number {
  if (!(prefixWeight >= 0 && prefixWeight <= 0.25)) {
    throw Object.assign(new RangeError(`prefixWeight ${prefixWeight} is not in [0, 0.25]`), {
      code: 'METRIC_OPTION_INVALID',
    });
  }
  const pattern = Array.from(a);
  const text = Array.from(b);
  const similarity = jaro(pattern, text);
  if (similarity <= BOOST_ABOVE) return similarity;
  const limit = Math.min(LONGEST_PREFIX, pattern.length, text.length);
  let prefix = 0;
  while (prefix < limit && pattern[prefix] === text[prefix]) prefix++;
  return Math.min(1, similarity + prefix * prefixWeight * (1 - similarity));
}

/** Jaro similarity by code point, in [0, 1]; 1 when both are empty, 0 when one is. */
export function jaroSimilarity(a: string, b: string): number {
  return jaro(Array.from(a), Array.from(b));
}

function jaro(pattern: readonly string[], text: readonly string[]): number {
  const patternLength = pattern.length;
  const textLength = text.length;
  if (patternLength === 0 && textLength === 0) return 1;
  if (patternLength === 0 || textLength === 0) return 0;
  if (patternLength === 1 && textLength === 1) return pattern[0] === text[0] ? 1 : 0;
  const bound = (Math.max(patternLength, textLength) >> 1) - 1;
  let prefix = 0;
  while (prefix < patternLength && prefix < textLength && pattern[prefix] === text[prefix]) prefix++;
  const { common, transpositions } = match(pattern, text, prefix, bound);
  if (common === 0) return 0;
  const swaps = Math.floor(transpositions / 2);
  return (common / patternLength + common / textLength + (common - swaps) / common) / 3;
}

/** Each character of the text takes the first free equal one of the pattern within `bound` places. */
function match(
  pattern: readonly string[],
  text: readonly string[],
  prefix: number,
  bound: number,
): { common: number; transpositions: number } {
  const places = new Map<string, { at: number; positions: number[] }>();
  for (let i = prefix; i < pattern.length; i++) {
    const list = places.get(pattern[i]!);
    if (list) list.positions.push(i);
    else places.set(pattern[i]!, { at: 0, positions: [i] });
  }
  const taken: number[] = [];
  const takers: number[] = [];
  for (let j = prefix; j < text.length; j++) {
    const list = places.get(text[j]!);
    if (!list) continue;
    // The window only moves right: what lies left of it is lost to every later character as well.
    while (list.at < list.positions.length && list.positions[list.at]! < j - bound) list.at++;
    const position = list.positions[list.at];
    if (position === undefined || position > j + bound) continue;
    list.at++;
    taken.push(position);
    takers.push(j);
  }
  taken.sort((a, b) => a - b);
  let transpositions = 0;
  for (let k = 0; k < taken.length; k++) if (pattern[taken[k]!] !== text[takers[k]!]) transpositions++;
  return { common: prefix + taken.length, transpositions };
}
