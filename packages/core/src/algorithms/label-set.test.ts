import { expect, test } from 'vitest';
import { labelSet } from './label-set.ts';

const sentiment = labelSet(['Positive', 'Very Negative', 'negative']);

test.each([
  ['positive', 'Positive'],
  ['The answer is: POSITIVE.', 'Positive'],
  ['Answer\npositive\n', 'Positive'],
  ['“Very negative!”', 'Very Negative'],
  ['very\nnegative', 'Very Negative'],
  ['It is negative, not positive', 'negative'],
  ['positively', undefined],
  ['', undefined],
])('%j names %j', (output, label) => {
  expect(sentiment.find(output)).toBe(label);
});

test('a target is a label but for case, spaces and punctuation', () => {
  expect(sentiment.of(' very  NEGATIVE. ')).toBe('Very Negative');
  expect(sentiment.of('neutral')).toBe('neutral');
});

test('punctuation counts where it alone tells labels apart', () => {
  const signs = labelSet(['-1', '0', '1']);
  expect(signs.find('the score is -1')).toBe('-1');
  expect(signs.find('the score is 1')).toBe('1');
  expect(signs.of('-1')).toBe('-1');
});

test('labels stand inside of Chinese sentences', () => {
  expect(labelSet(['正面', '负面']).find('这条评论是负面的。')).toBe('负面');
});

test('labels that are names of object members are labels like any other', () => {
  expect(labelSet(['__proto__', 'constructor']).find('constructor')).toBe('constructor');
});
