import { diffWords, diffWordsWithSpace } from 'diff';

export interface DiffPart {
  readonly text: string;
  readonly kind: 'same' | 'added' | 'removed';
}

/** Beyond this many differing words a diff explains nothing, and finding it would hold up the page. */
const MOST_EDITS = 2000;

/** Milliseconds that the diffs of one text may take together. */
const TIME_LIMIT = 200;

const LIMITS = { maxEditLength: MOST_EDITS, timeout: TIME_LIMIT };

/** The steps from target to output, word by word, in any case; null where the two are too far apart. */
export function wordDiff(target: string, output: string, timeout: number = TIME_LIMIT): readonly DiffPart[] | null {
  return partsOf(diffWords(target, output, { ...LIMITS, timeout, ignoreCase: true }));
}

/** The steps from a text to a disturbed one, to the letter: case and white space are what may have been disturbed. */
export function exactDiff(text: string, disturbed: string): readonly DiffPart[] | null {
  return partsOf(diffWordsWithSpace(text, disturbed, LIMITS));
}

function partsOf(parts: ReturnType<typeof diffWords> | undefined): readonly DiffPart[] | null {
  if (parts === undefined) return null;
  return parts.map(({ value, added, removed }) => ({
    text: value,
    kind: added ? 'added' : removed ? 'removed' : 'same',
  }));
}

/** Share of characters that a diff keeps, of all it shows. */
function kept(parts: readonly DiffPart[]): number {
  let same = 0;
  let all = 0;
  for (const part of parts) {
    all += part.text.length;
    if (part.kind === 'same') same += part.text.length;
  }
  return all === 0 ? 1 : same / all;
}

export interface NearestDiff {
  readonly target: string;
  readonly parts: readonly DiffPart[];
}

/** The diff against the alternative (`a<OR>b`) that the output comes nearest to, of those that there was time for. */
export function nearestDiff(
  targets: readonly string[],
  output: string,
  now: () => number = () => performance.now(),
): NearestDiff | null {
  const end = now() + TIME_LIMIT;
  let best: NearestDiff | null = null;
  for (const target of targets) {
    const left = end - now();
    if (left <= 0) break;
    const parts = wordDiff(target, output, left);
    if (parts !== null && (best === null || kept(parts) > kept(best.parts))) best = { target, parts };
  }
  return best;
}
