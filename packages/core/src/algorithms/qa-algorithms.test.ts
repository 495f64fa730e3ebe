import { expect, test } from 'vitest';
import type { Algorithm, ScoreOutcome } from './algorithm.ts';
import { factualKnowledge } from './factual-knowledge.ts';
import { qaAccuracy } from './qa-accuracy.ts';

function scoreOf(
  algorithm: Algorithm,
  output: string,
  target: string,
  settings: Record<string, unknown> = {},
): ScoreOutcome {
  const options = algorithm.options.parse(settings);
  const sample = { index: 0, digest: '0', features: { model_input: 'q', target_output: target }, record: {} };
  const answers = new Map([['original', { kind: 'generate' as const, text: output, elapsedMs: 1 }]]);
  return algorithm.score({ sample, answers, helpers: new Map() }, options);
}

const knows = (output: string, target: string, settings = {}) =>
  scoreOf(factualKnowledge as Algorithm, output, target, settings);
const qa = (output: string, target: string, settings = {}) =>
  scoreOf(qaAccuracy as Algorithm, output, target, settings);

test('a right answer anywhere in the output is known', () => {
  expect(knows('It is the United Kingdom, of course.', 'England<OR>united kingdom')).toEqual({
    scores: { factual_knowledge: 1, factual_knowledge_quasi_exact: 1 },
  });
});

test('an answer inside another word is not known, except where FMEval is asked for', () => {
  expect(knows('a party in 1945', 'art<OR>4')).toEqual({
    scores: { factual_knowledge: 0, factual_knowledge_quasi_exact: 0 },
  });
  expect(knows('a party in 1945', 'art', { compat: 'fmeval' })).toEqual({
    scores: { factual_knowledge: 1, factual_knowledge_quasi_exact: 1 },
  });
});

test('a trailing delimiter makes nothing right, except where FMEval is asked for', () => {
  expect(knows('no idea', 'UK<OR>')).toMatchObject({ scores: { factual_knowledge: 0 } });
  expect(knows('no idea', 'UK<OR>', { compat: 'fmeval' })).toMatchObject({ scores: { factual_knowledge: 1 } });
});

test('an empty target is unscored', () => {
  expect(knows('anything', ' ')).toEqual({ unscored: 'empty_target' });
  expect(qa('anything', '<OR>')).toEqual({ unscored: 'empty_target' });
});

test('with AND every answer must appear', () => {
  expect(
    knows('red and blue', 'red<AND>green', { target_output_delimiter: '<AND>', logical_operator: 'AND' }),
  ).toMatchObject({
    scores: { factual_knowledge: 0 },
  });
  expect(
    knows('green and red', 'red<AND>green', { target_output_delimiter: '<AND>', logical_operator: 'AND' }),
  ).toMatchObject({
    scores: { factual_knowledge: 1 },
  });
});

test('Chinese answers are found without spaces and overlap by words', () => {
  expect(knows('中国的首都是北京。', '北京')).toMatchObject({
    scores: { factual_knowledge: 1, factual_knowledge_quasi_exact: 1 },
  });
  expect(qa('首都是北京', '北京')).toMatchObject({ scores: { recall_over_words: 1 } });
  expect(qa('首都是北京', '北京', { compat: 'fmeval' })).toMatchObject({ scores: { recall_over_words: 0 } });
});

test('an answer of an article alone is still compared', () => {
  expect(qa('The', 'the')).toMatchObject({ scores: { quasi_exact_match_score: 1, f1_score: 1 } });
});

test('words count as often as both sides have them, as sets under compat', () => {
  expect(qa('a b b', 'b b b x', {})).toMatchObject({ scores: { precision_over_words: 1, recall_over_words: 0.5 } });
  expect(qa('cat cat', 'cat', { compat: 'fmeval' })).toMatchObject({ scores: { f1_score: 1 } });
  expect(qa('cat cat', 'cat')).toMatchObject({ scores: { precision_over_words: 0.5 } });
});

test('Unicode quotes and dashes do not hide a match', () => {
  expect(qa('“Hamlet”—', 'hamlet')).toMatchObject({ scores: { quasi_exact_match_score: 1, f1_score: 1 } });
});

test('an output without words scores 0', () => {
  expect(qa('', 'Paris')).toMatchObject({ scores: { f1_score: 0, exact_match_score: 0 } });
});

test('the signature tells compat from the default', () => {
  const plain = qaAccuracy.signature(qaAccuracy.options.parse({}));
  const fmeval = qaAccuracy.signature(qaAccuracy.options.parse({ compat: 'fmeval' }));
  expect(plain).not.toBe(fmeval);
});
