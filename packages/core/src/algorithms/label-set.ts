import { normaliseUnicode } from '@assay/metrics';
import { isUnspaced } from './unspaced.ts';

/** Labels of a classification, and how to recognise them in text. */
export interface LabelSet {
  /** The label that an output names, as written in the list; undefined when it names none. */
  find(output: string): string | undefined;
  /** The label that a target means, as written in the list; the target itself, trimmed, when it is none of them. */
  of(target: string): string;
}

/**
 * Case, punctuation, line ends and the number of words do not matter. Of several labels in an output the first counts; of
 * several at one place the longest ("very good" before "good"). Where punctuation alone tells labels apart ("-1", "1") it
 * is kept.
 */
export function labelSet(labels: readonly string[]): LabelSet {
  const bare = labels.map(normaliseUnicode);
  const distinct = new Set(bare);
  const needsPunctuation = distinct.has('') || distinct.size < labels.length;
  const normalise = needsPunctuation
    ? (text: string) => text.trim().toLowerCase().replaceAll(/\s+/g, ' ')
    : normaliseUnicode;
  const wanted = labels.map((label) => ({ label, text: normalise(label) })).filter(({ text }) => text !== '');
  return {
    of: (target) => {
      const text = normalise(target);
      return wanted.find((each) => each.text === text)?.label ?? target.trim();
    },
    find: (output) => {
      const text = normalise(output);
      let found: { readonly label: string; readonly at: number; readonly length: number } | undefined;
      for (const each of wanted) {
        const at = placeOf(text, each.text);
        if (at === -1) continue;
        const isBetter = found === undefined || at < found.at || (at === found.at && each.text.length > found.length);
        if (isBetter) found = { label: each.label, at, length: each.text.length };
      }
      return found?.label;
    },
  };
}

const WORD = /[\p{L}\p{N}]/u;

/** Where `part` stands as whole words; scripts without spaces have no boundaries to respect. */
function placeOf(text: string, part: string): number {
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    const before = Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? '';
    const after = Array.from(text.slice(at + part.length, at + part.length + 2))[0] ?? '';
    const first = Array.from(part)[0]!;
    const last = Array.from(part).at(-1)!;
    if (!isInside(before, first) && !isInside(last, after)) return at;
  }
  return -1;
}

function isInside(left: string, right: string): boolean {
  return WORD.test(left) && WORD.test(right) && !isUnspaced(left) && !isUnspaced(right);
}
