import { expect, test } from 'vitest';
import { translation } from './translation.ts';

function terOf(output: string, target: string, settings: object): number {
  const answers = new Map([['original', { kind: 'generate' as const, text: output, elapsedMs: 1 }]]);
  const sample = { index: 0, digest: '0', features: { model_input: 'q', target_output: target }, record: {} };
  const outcome = translation.score({ sample, answers, helpers: new Map() }, translation.options.parse(settings));
  if ('unscored' in outcome) throw new Error(outcome.unscored);
  return outcome.scores.sentence_ter!;
}

test('TER counts the characters of Chinese where the text is said to be Chinese, and a sentence as one word elsewhere', () => {
  expect(terOf('我喜欢猫', '我喜欢狗', { bleu_tokenize: 'zh' })).toBe(25);
  expect(terOf('我喜欢猫', '我喜欢狗', {})).toBe(100);
  expect(terOf('我喜欢猫', '我喜欢狗', { bleu_tokenize: 'zh', ter_asian_support: false })).toBe(100);
  expect(terOf('我喜欢猫', '我喜欢狗', { ter_asian_support: true })).toBe(25);
});

test('the signature says how TER prepared the text', () => {
  const signature = (settings: object) => translation.signature(translation.options.parse(settings));
  expect(signature({ bleu_tokenize: 'zh' })).toContain('asian:yes');
  expect(signature({})).toContain('asian:no');
});
