import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText, similarPair } from '../../test/hostile-text.ts';
import { scanAnswerWords } from '../kernels/scan-answer-words.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import { answerWords } from '../text/answer-words.ts';
import { bestScoresSlow, containsSlow } from './answer-scores.slow.ts';
import { AnswerReader } from './answer-scores.ts';

const vocabulary = new Vocabulary();
const buffer = new TokenBuffer();

function scanned(text: string): string[] {
  scanAnswerWords(text, vocabulary, buffer);
  return Array.from(buffer.ids.subarray(0, buffer.length), (id) => vocabulary.token(id));
}

describe('the scanner of answer words', () => {
  test('gives the words of its slow twin on hostile text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(scanned(text)).toEqual(answerWords(text));
      }),
      { numRuns: 1500 },
    );
  });

  test('gives them for every character of the basic plane between letters', () => {
    const wrong: string[] = [];
    for (let unit = 0; unit < 0x10000; unit++) {
      const text = `Ab${String.fromCharCode(unit)}c é${String.fromCharCode(unit)}`;
      if (scanned(text).join('|') !== answerWords(text).join('|')) wrong.push(unit.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test('gives them for pairs of characters that may compose', () => {
    const composing = [
      'e',
      '\u0301',
      '\u1100',
      '\u1161',
      '\u11a8',
      '\uac00',
      'क',
      '\u093c',
      'か',
      '\u3099',
      'ﾊ',
      'ﾟ',
      'Σ',
      'ς',
    ];
    for (const a of composing)
      for (const b of composing)
        for (const c of composing) {
          for (const text of [`${a}${b}${c}`, `${a} ${b}${c} x`, `x.${a}${b} ${c}`]) {
            expect(scanned(text), JSON.stringify(text)).toEqual(answerWords(text));
          }
        }
  });

  test('drops articles and marks, cuts scripts without spaces, and keeps a text of articles alone', () => {
    expect(scanned('The “Quick”, brown-fox!')).toEqual(['quick', 'brown', 'fox']);
    expect(scanned('the A')).toEqual(['the', 'a']);
    expect(scanned('東京都 is ½ the Ångström')).toEqual([...answerWords('東京都'), 'is', '1', '2', 'ångström']);
    expect(scanned(' … ')).toEqual([]);
  });
});

describe('the answer reader', () => {
  const reader = new AnswerReader();

  test('gives the scores of its slow twin', () => {
    fc.assert(
      fc.property(similarPair, fc.array(hostileText, { maxLength: 3 }), ([output, target], others) => {
        reader.read(output);
        expect(reader.bestScores([...others, target])).toEqual(bestScoresSlow(output, [...others, target]));
        expect(reader.contains(target)).toBe(containsSlow(output, target));
      }),
      { numRuns: 1500 },
    );
  });

  test('counts a word as often as both sides have it', () => {
    reader.read('no no no yes');
    expect(reader.bestScores(['no no'])).toEqual({ f1: 2 / 3, exact: 0, quasiExact: 0, precision: 0.5, recall: 1 });
  });

  test('takes the best answer for each score on its own', () => {
    reader.read('The Eiffel Tower.');
    expect(reader.bestScores(['tower', 'the eiffel tower of paris'])).toMatchObject({
      precision: 1,
      recall: 1,
      exact: 0,
    });
    expect(reader.bestScores(['eiffel  tower'])).toMatchObject({ f1: 1, quasiExact: 1 });
    expect(reader.bestScores([])).toEqual({ f1: 0, exact: 0, quasiExact: 0, precision: 0, recall: 0 });
  });

  test('an answer without words is nowhere', () => {
    reader.read('anything, really');
    expect(reader.contains('…')).toBe(false);
    expect(reader.contains('thing')).toBe(false);
    expect(reader.contains('REALLY')).toBe(true);
  });
});
