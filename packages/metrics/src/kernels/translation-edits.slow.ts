/**
 * sacreBLEU's `translation_edit_rate`, line by line, without its cache of matrix rows (which only saves time).
 * @returns shifts plus edits
 */
export function translationEditsSlow(hypothesis: readonly number[], reference: readonly number[]): number {
  if (reference.length === 0) return hypothesis.length;
  let words = hypothesis;
  let shifts = 0;
  let checked = 0;
  for (;;) {
    const shift = bestShift(words, reference, checked);
    checked = shift.checked;
    if (checked >= 1000 || shift.gain <= 0) break;
    shifts++;
    words = shift.words;
  }
  return shifts + beamEdits(words, reference).distance;
}

function bestShift(words: readonly number[], reference: readonly number[], before: number) {
  const { distance, trace } = beamEdits(words, reference);
  const { align, referenceErrors, hypothesisErrors } = alignment(trace);
  let checked = before;
  let best: { rank: number[]; words: number[] } | undefined;
  for (const [start, at, length] of matchingBlocks(words, reference)) {
    const sum = (values: number[], from: number) => values.slice(from, from + length).reduce((a, b) => a + b, 0);
    if (sum(hypothesisErrors, start) === 0 || sum(referenceErrors, at) === 0) continue;
    if (start <= align[at]! && align[at]! < start + length) continue;
    let previous = -1;
    for (let offset = -1; offset < length; offset++) {
      const target = at + offset === -1 ? 0 : align[at + offset]! + 1;
      if (target === previous) continue;
      previous = target;
      const shifted = shift(words, start, length, target);
      const rank = [distance - beamEdits(shifted, reference).distance, length, -start, -target];
      checked++;
      const differing = best === undefined ? 0 : rank.findIndex((value, i) => value !== best!.rank[i]);
      if (best === undefined || (differing >= 0 && rank[differing]! > best.rank[differing]!)) {
        best = { rank, words: shifted };
      }
    }
    if (checked >= 1000) break;
  }
  return best === undefined
    ? { gain: 0, words: [...words], checked }
    : { gain: best.rank[0]!, words: best.words, checked };
}

function shift(words: readonly number[], start: number, length: number, target: number): number[] {
  const block = words.slice(start, start + length);
  if (target < start) {
    return [...words.slice(0, target), ...block, ...words.slice(target, start), ...words.slice(start + length)];
  }
  const end = target > start + length ? target : length + target;
  return [...words.slice(0, start), ...words.slice(start + length, end), ...block, ...words.slice(end)];
}

function* matchingBlocks(words: readonly number[], reference: readonly number[]) {
  for (let start = 0; start < words.length; start++) {
    for (let at = 0; at < reference.length; at++) {
      if (Math.abs(at - start) > 50) continue;
      for (let length = 1; length <= 10; length++) {
        if (start + length > words.length || at + length > reference.length) break;
        if (words[start + length - 1] !== reference[at + length - 1]) break;
        yield [start, at, length] as const;
      }
    }
  }
}

function alignment(trace: readonly string[]) {
  let hypothesis = -1;
  const align: number[] = [];
  const referenceErrors: number[] = [];
  const hypothesisErrors: number[] = [];
  for (const operation of trace) {
    if (operation !== 'insert') hypothesis++;
    if (operation !== 'delete') align.push(hypothesis);
    const error = operation === 'keep' ? 0 : 1;
    if (operation !== 'insert') hypothesisErrors.push(error);
    if (operation !== 'delete') referenceErrors.push(error);
  }
  return { align, referenceErrors, hypothesisErrors };
}

/** Edit distance within sacreBLEU's beam, and the operations that turn the hypothesis into the reference. */
export function beamEdits(words: readonly number[], reference: readonly number[]) {
  const n = words.length;
  const m = reference.length;
  const costs = [Array.from({ length: m + 1 }, (_, j) => j)];
  const operations = [Array.from({ length: m + 1 }, () => 'insert')];
  const ratio = n > 0 ? m / n : 1;
  const beam = 25 < ratio / 2 ? Math.ceil(ratio / 2 + 25) : 25;
  for (let i = 1; i <= n; i++) {
    const cost = new Array<number>(m + 1).fill(Number.POSITIVE_INFINITY);
    const operation = new Array<string>(m + 1).fill('');
    const diagonal = Math.floor(i * ratio);
    const to = i === n ? m + 1 : Math.min(m + 1, diagonal + beam);
    for (let j = Math.max(0, diagonal - beam); j < to; j++) {
      const above = costs[i - 1]!;
      const same = j > 0 && words[i - 1] === reference[j - 1];
      const choices: [number, string][] =
        j === 0
          ? [[above[0]! + 1, 'delete']]
          : [
              [above[j - 1]! + (same ? 0 : 1), same ? 'keep' : 'substitute'],
              [above[j]! + 1, 'delete'],
              [cost[j - 1]! + 1, 'insert'],
            ];
      for (const [value, name] of choices) {
        if (value < cost[j]!) {
          cost[j] = value;
          operation[j] = name;
        }
      }
    }
    costs.push(cost);
    operations.push(operation);
  }
  const trace: string[] = [];
  let i = n;
  let j = m;
  while (i > 0 || j > 0) {
    const operation = operations[i]![j]!;
    trace.unshift(operation);
    if (operation !== 'insert') i--;
    if (operation !== 'delete') j--;
  }
  return { distance: costs[n]![m]!, trace };
}
