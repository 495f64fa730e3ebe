import { expect, test } from 'vitest';
import { rouge } from '../overlap/rouge.ts';
import { normaliseQuac, normaliseSquad, normaliseUnicode } from './normalisers.ts';
import { isPythonWhitespace, splitPython, stripPython } from './python-whitespace.ts';
import { sacrebleuLine } from './sacrebleu-lines.ts';
import { customTokeniser, sacrebleuTokeniser, segmenterTokeniser, type Tokeniser } from './tokenisers.ts';

test('whitespace is that of Python 3.11', () => {
  const units = Array.from({ length: 0x10000 }, (_, unit) => unit).filter(isPythonWhitespace);
  const hex = units.map((unit) => unit.toString(16)).join(' ');
  expect(hex).toBe(
    '9 a b c d 1c 1d 1e 1f 20 85 a0 1680 2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 200a 2028 2029 202f 205f 3000',
  );
  expect(stripPython('\u001c a\ufeff \u0085')).toBe('a\ufeff');
  expect(splitPython(' a\u2003b\u001fc ')).toEqual(['a', 'b', 'c']);
});

test('QuAC deletes punctuation without a space and splits at spaces only', () => {
  expect(normaliseQuac('The state-of-the-art,  A cat\nthe dog')).toBe('stateoftheart cat\nthe dog');
  expect(normaliseQuac('ΣΟΦΟΣ İ “the”')).toBe('σοφος i̇ “the”');
});

test('SQuAD removes articles as whole words and collapses whitespace', () => {
  expect(normaliseSquad('The cat\n an-other  the, day')).toBe('cat another day');
  expect(normaliseSquad('thé a1 theory')).toBe('thé a1 theory');
});

test('the Unicode normaliser folds width and case, and drops punctuation of any script', () => {
  expect(normaliseUnicode('ＡＢＣ　“Zürich”。')).toBe('abc zürich');
});

test('sacreBLEU reads its range U+20000 as U+2000, and so do we', () => {
  expect(sacrebleuLine('zh', 'a’b中c𠀀')).toBe('a ’ b 中 c𠀀');
});

test('a custom or segmenting tokeniser scores scripts that rouge_score drops', () => {
  const text = '我爱北京天安门';
  const fmeasure = (tokeniser?: Tokeniser) => {
    const metric = rouge({ types: ['rouge1'], ...(tokeniser === undefined ? {} : { tokeniser }) });
    return metric.score(metric.statistics(text, [text]))?.rouge1?.fmeasure;
  };
  expect(fmeasure()).toBe(0);
  expect(fmeasure(segmenterTokeniser('zh'))).toBe(1);
  expect(fmeasure(sacrebleuTokeniser('zh'))).toBe(1);
  expect(fmeasure(customTokeniser('pairs-v1', (value) => value.match(/..?/gu) ?? []))).toBe(1);
});
