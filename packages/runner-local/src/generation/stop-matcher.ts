/** Index at which the first of the stop strings begins, or -1. */
export function stopIndex(text: string, stops: readonly string[]): number {
  let first = -1;
  for (const stop of stops) {
    const at = stop === '' ? -1 : text.indexOf(stop);
    if (at >= 0 && (first < 0 || at < first)) first = at;
  }
  return first;
}

/**
 * The fewest leading tokens whose text holds a stop string; all of them when none does.
 * Text only grows with tokens, so halving finds it with few decodings.
 */
export function tokensToStop(
  tokens: readonly number[],
  decode: (tokens: readonly number[]) => string,
  stops: readonly string[],
): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stopIndex(decode(tokens.slice(0, middle)), stops) >= 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
