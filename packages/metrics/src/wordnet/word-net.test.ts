import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
// @ts-expect-error a plain script without types
import { buildWordNet } from '../../scripts/build-wordnet.mjs';
import { loadWordNet, loadWordNetSync } from './load-word-net.ts';
import { createWordNet } from './word-net.ts';

const data = new URL('../../data/wordnet-3.0.bin', import.meta.url);
const source = '/usr/share/wordnet';

describe('WordNet', () => {
  test('gives the names of every synset of a word, over all parts of speech', async () => {
    const wordNet = await loadWordNet();
    expect(wordNet.synonyms('cutlass')).toEqual(['cutlas', 'cutlass']);
    expect(wordNet.synonyms('CUTLASS')).toEqual(['cutlas', 'cutlass']);
    expect(wordNet.synonyms('fast')).toContain('firm');
  });

  test('finds base forms by rules and by exception lists', () => {
    const { synonyms } = loadWordNetSync();
    expect(synonyms('whales')).toEqual(['giant', 'hulk', 'heavyweight', 'whale'].sort());
    expect(synonyms('oxen')).toContain('ox');
    expect(synonyms('ran')).toContain('run');
    expect(synonyms('best')).toContain('good');
  });

  test('keeps the case of names and leaves out names of several words', () => {
    const { synonyms } = loadWordNetSync();
    expect(synonyms('paris')).toContain('Paris');
    expect(synonyms('set_up')).toContain('establish');
    expect(synonyms('dog').some((name) => name.includes('_'))).toBe(false);
  });

  test('has nothing for a word that it lacks, or for no word', () => {
    const { synonyms } = loadWordNetSync();
    for (const word of ['', 'zzzz', 'whences', '\ud800', 'naïve-té', '~']) expect(synonyms(word)).toEqual([]);
  });

  test('finds the first and the last name of the list', () => {
    const { synonyms } = loadWordNetSync();
    expect(synonyms('zymurgy')).toContain('zymurgy');
    expect(synonyms("'hood")).toContain("'hood");
  });

  test('refuses bytes that are not its table, cut short or too long', async () => {
    const bytes = new Uint8Array(await readFile(data));
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    for (const wrong of [new Uint8Array(0), new Uint8Array(100), bytes.slice(0, bytes.length - 5), longer]) {
      expect(() => createWordNet(wrong)).toThrow(expect.objectContaining({ code: 'WORDNET_DATA_INVALID' }));
    }
  });

  test.skipIf(!existsSync(`${source}/data.noun`))(
    'is what the script makes of WordNet 3.0 (skipped without the files of wordnet-base)',
    async () => {
      const committed = await readFile(data);
      expect(Buffer.compare(Buffer.from(buildWordNet(source) as Uint8Array), committed)).toBe(0);
    },
  );
});
