import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText } from '../../test/hostile-text.ts';
import { normaliseQuac } from '../text/normalisers.ts';
import { splitPython, stripPython, stripPythonEnd } from '../text/python-whitespace.ts';
import { sacrebleuLine } from '../text/sacrebleu-lines.ts';
import { rougeTokeniser } from '../text/tokenisers.ts';
import { scan13a } from './scan-13a.ts';
import { scanCharacters } from './scan-characters.ts';
import { chrfWordsSlow } from './scan-chrf-words.slow.ts';
import { scanChrfWords } from './scan-chrf-words.ts';
import { PIECE_END, scanQuac } from './scan-quac.ts';
import { scanRougeWords } from './scan-rouge-words.ts';
import { scanWhitespaceWords } from './scan-whitespace-words.ts';
import { StemCache } from './stem-cache.ts';
import { TokenBuffer } from './token-buffer.ts';
import { Vocabulary } from './vocabulary.ts';
import type { WordScanner } from './word-scanner.ts';

const RUNS = { numRuns: 2000 };

function tokensOf(scan: WordScanner): (text: string) => string[] {
  const vocabulary = new Vocabulary();
  const buffer = new TokenBuffer();
  return (text) => {
    scan(text, vocabulary, buffer);
    return Array.from(buffer.ids.subarray(0, buffer.length), (id) => vocabulary.token(id));
  };
}

function agree(fast: (text: string) => unknown, slow: (text: string) => unknown): void {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(fast(text)).toEqual(slow(text));
    }),
    RUNS,
  );
}

describe('each scanner gives the tokens of its slow twin on hostile text', () => {
  test('rouge_score words', () => agree(tokensOf(scanRougeWords), rougeTokeniser(false).tokenise));

  test('rouge_score words with stems', () => {
    const vocabulary = new Vocabulary();
    const buffer = new TokenBuffer();
    const stems = new StemCache(vocabulary);
    const fast = (text: string): string[] => {
      scanRougeWords(text, vocabulary, buffer);
      stems.stem(buffer);
      return Array.from(buffer.ids.subarray(0, buffer.length), (id) => vocabulary.token(id));
    };
    agree(fast, rougeTokeniser(true).tokenise);
  });

  test('words between whitespace', () => agree(tokensOf(scanWhitespaceWords), splitPython));

  test('13a', () => agree(tokensOf(scan13a), (text) => splitPython(sacrebleuLine('13a', stripPythonEnd(text)))));

  test('words of chrF++', () => agree(tokensOf(scanChrfWords), chrfWordsSlow));

  test('characters', () => {
    const buffer = new TokenBuffer();
    const fast = (text: string): number[] => {
      scanCharacters(text, false, buffer);
      return [...buffer.ids.subarray(0, buffer.length)];
    };
    // Word by word: halves of two characters do not become one where the space between them is left out, as in Python.
    const slow = (text: string) =>
      splitPython(text).flatMap((word) => [...word].map((character) => character.codePointAt(0)));
    agree(fast, slow);
    expect(fast('\ud800\t\udc00')).toEqual([0xd800, 0xdc00]);
  });

  test('QuAC normal form', () => {
    const vocabulary = new Vocabulary();
    const buffer = new TokenBuffer();
    const fast = (text: string): string => {
      const kept = stripPython(text);
      scanQuac(kept, 0, kept.length, vocabulary, buffer);
      const ids = [...buffer.ids.subarray(0, buffer.length)];
      const unit = (id: number) => (id === PIECE_END ? ' ' : id < 0 ? String.fromCharCode(-id) : vocabulary.token(id));
      return ids.map(unit).join('').slice(0, -1);
    };
    agree(fast, (text) => normaliseQuac(stripPython(text)));
  });
});

test('a vocabulary keeps its ids while it grows, and loses them when trimmed', () => {
  const vocabulary = new Vocabulary();
  const words = Array.from({ length: 5000 }, (_, i) => `word-${i}`);
  const ids = words.map((word) => vocabulary.intern(word));
  expect(new Set(ids).size).toBe(words.length);
  expect(words.map((word) => vocabulary.intern(word))).toEqual(ids);
  vocabulary.trim();
  expect(vocabulary.size).toBe(words.length);
  for (let i = 0; i < 1 << 17; i++) vocabulary.intern(`x${i}`);
  vocabulary.trim();
  expect([vocabulary.size, vocabulary.epoch]).toEqual([0, 1]);
  expect(vocabulary.token(vocabulary.intern('again'))).toBe('again');
});
