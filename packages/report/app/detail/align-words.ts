import { diffArrays } from 'diff';

/** Words that one text may have: an alignment of more says nothing that a reader takes in. */
const MOST_WORDS = 200;

/** A word of the target and what stands for it in each output; or words that outputs say besides, before it. */
export type AlignedSlot =
  | { readonly kind: 'target'; readonly word: string; readonly found: readonly (string | null)[] }
  | { readonly kind: 'besides'; readonly words: readonly string[] };

export interface Alignment {
  readonly slots: readonly AlignedSlot[];
  /** Of each output: how many of the target's words it has in their order, and how many words besides. */
  readonly counts: readonly { readonly found: number; readonly besides: number }[];
  readonly words: number;
}

/** Case and punctuation do not count, as they do not for the word scores. */
function plain(word: string): string {
  const bare = word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return bare === '' ? word : bare;
}

/** Whitespace apart, where there is none for long each character, as in Chinese. */
function wordsOf(text: string): string[] {
  return text
    .split(/\s+|(?<=[\u3040-\u30ff\u3400-\u9fff])(?=[\u3040-\u30ff\u3400-\u9fff])/u)
    .filter((word) => word !== '');
}

/** Outputs laid word by word under the target; null where a text is too long, or there is nothing to lay. */
export function alignWords(target: string, outputs: readonly string[]): Alignment | null {
  const words = wordsOf(target);
  const said = outputs.map(wordsOf);
  if (words.length === 0 || outputs.length === 0) return null;
  if ([words, ...said].some(({ length }) => length > MOST_WORDS)) return null;
  const found = outputs.map(() => new Array<string | null>(words.length).fill(null));
  const besides = outputs.map(() => Array.from({ length: words.length + 1 }, (): string[] => []));
  said.forEach((own, at) => {
    let [place, next] = [0, 0];
    for (const { added, removed, count } of diffArrays(words, own, { comparator: (a, b) => plain(a) === plain(b) })) {
      if (added) besides[at]![place]!.push(...own.slice(next, next + count));
      else if (!removed) for (let i = 0; i < count; i++) found[at]![place + i] = own[next + i]!;
      if (!added) place += count;
      if (!removed) next += count;
    }
  });
  const slots = Array.from({ length: words.length + 1 }, (_, place): AlignedSlot[] => {
    const extra = besides.map((own) => own[place]!.join(' '));
    const before: AlignedSlot[] = extra.some((text) => text !== '') ? [{ kind: 'besides', words: extra }] : [];
    if (place === words.length) return before;
    return [...before, { kind: 'target', word: words[place]!, found: found.map((own) => own[place]!) }];
  }).flat();
  const counts = outputs.map((_, at) => ({
    found: found[at]!.filter((word) => word !== null).length,
    besides: besides[at]!.flat().length,
  }));
  return { slots, counts, words: words.length };
}
