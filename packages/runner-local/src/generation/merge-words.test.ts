import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readModelJson } from '../models/model-config.ts';
import { PreTrainedTokenizer } from './joined-tokenizer.ts';
import { withoutMerges } from './merge-words.ts';
import { readTokenizer } from './read-tokenizer.ts';

interface Tokenizer {
  readonly _tokenizer: { readonly model: { bpe(word: string): string[] } };
  encode(text: string): number[];
}

const definition = readModelJson(EMBEDDED_MODEL, 'tokenizer.json')!;
const settings = readModelJson(EMBEDDED_MODEL, 'tokenizer_config.json')!;
const library = new PreTrainedTokenizer(definition, settings) as unknown as Tokenizer;
const quick = (await readTokenizer(EMBEDDED_MODEL)) as unknown as Tokenizer;

const letters = fc.constantFrom('a', 'b', 'e', 'th', 'ing', 'Ġ', 'ĠĠ', '=', 'à', '¤', 'æ', 'Ĺ', '0', '1', '日', '😀');

test('long words become the tokens that the library makes of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(letters, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 60 }),
      (runs) => {
        const word = runs.map(([letter, times]) => letter.repeat(times)).join('');
        const long = word.repeat(Math.ceil(256 / word.length));
        expect(quick._tokenizer.model.bpe(long)).toEqual(library._tokenizer.model.bpe(long));
      },
    ),
    { numRuns: 150 },
  );
});

test.each(['a', '=', ' ', 'ab', '日', 'é', '😀', 'word ', '\n'])('a text of %j alone has the same ids', (letter) => {
  const text = letter.repeat(1500);
  expect(quick.encode(text)).toEqual(library.encode(text));
});

test('words of any length become the tokens that the library makes of them, once and again', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(letters, fc.string({ maxLength: 3 })), { maxLength: 20 }), (parts) => {
      const word = parts.join('');
      const expected = library._tokenizer.model.bpe(word);
      expect(quick._tokenizer.model.bpe(word)).toEqual(expected);
      expect(quick._tokenizer.model.bpe(word)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(quick.encode(text)).toEqual(library.encode(text));
});

test('more words than are kept are merged alike', () => {
  const words = Array.from({ length: 12_000 }, (_, at) => `Ġnumber${at.toString(26)}`);
  for (const word of words) quick._tokenizer.model.bpe(word);
  for (const at of [0, 11_999])
    expect(quick._tokenizer.model.bpe(words[at]!)).toEqual(library._tokenizer.model.bpe(words[at]!));
});

test('a long word takes time by its length alone', () => {
  expect(quick.encode('a'.repeat(1_000_000))).toHaveLength(library.encode('a'.repeat(1000)).length * 1000);
}, 120_000);

const folderOf = (change: (model: Record<string, unknown>) => object): string => {
  const folder = temporaryFolder();
  const model = { ...(definition.model as Record<string, unknown>) };
  writeFileSync(
    join(folder, 'tokenizer.json'),
    JSON.stringify({ ...definition, model: { ...model, ...change(model) } }),
  );
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(settings));
  return folder;
};

test.each<[string, (merges: [string, string][]) => unknown[]]>([
  ['in one text each', (merges) => merges.map((pair) => pair.join(' '))],
  ['of what the vocabulary does not have', (merges) => [...merges, ['Ġa', 'zzzz']]],
  ['that are no pairs', (merges) => [...merges, ['a', 'b', 'c'], 'a b']],
])('merges %s are the library’s business or mean the same', async (_, changed) => {
  const folder = folderOf(({ merges }) => ({ merges: changed(merges as [string, string][]) }));
  const tokenizer = await readTokenizer(folder);
  const text = 'The aazzzz whistled again: 1,234 words, naïve 日本 😀.';
  expect(tokenizer.encode(text)).toEqual(library.encode(text));
});

test('models without plain merges are left to the library', () => {
  const model = definition.model as Record<string, unknown>;
  const { definition: bare, merges } = withoutMerges({ model, version: '1.0' })!;
  expect(merges).toBe(model.merges);
  expect(bare).toEqual({ model: { ...model, merges: [] }, version: '1.0' });
  expect(withoutMerges({ model: { ...model, end_of_word_suffix: '</w>' } })).toBeUndefined();
  expect(withoutMerges({ model: { ...model, type: 'Unigram' } })).toBeUndefined();
  expect(withoutMerges({ model: { type: 'BPE' } })).toBeUndefined();
  expect(withoutMerges({})).toBeUndefined();
});
