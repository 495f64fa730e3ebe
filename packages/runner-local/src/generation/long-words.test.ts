import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { quickenLongWords } from './long-words.ts';

interface Tokenizer {
  readonly _tokenizer: { readonly model: { bpe(word: string): string[] } };
  encode(text: string): number[];
}

async function openTokenizer(): Promise<Tokenizer> {
  const { AutoTokenizer, env } = await import('./auto-tokenizer.ts');
  env.allowRemoteModels = false;
  return (await AutoTokenizer.from_pretrained(EMBEDDED_MODEL, { local_files_only: true })) as unknown as Tokenizer;
}

const [library, quick] = await Promise.all([openTokenizer(), openTokenizer()]);
quickenLongWords(quick);

test('long words become the tokens that the library makes of them', () => {
  const letters = fc.constantFrom('a', 'b', 'e', 'th', 'ing', 'Ġ', 'ĠĠ', '=', 'à', '¤', 'æ', 'Ĺ', '0', '1', '日', '😀');
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

test('no long word reaches the library, whose time for one grows faster than its length', async () => {
  const tokenizer = await openTokenizer();
  const asked = vi.spyOn(tokenizer._tokenizer.model, 'bpe');
  quickenLongWords(tokenizer);
  expect(tokenizer.encode('a'.repeat(1_000_000))).toHaveLength(library.encode('a'.repeat(1000)).length * 1000);
  expect(asked).not.toHaveBeenCalled();
  tokenizer.encode('one word');
  expect(asked).toHaveBeenCalled();
}, 120_000);
