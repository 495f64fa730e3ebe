import { expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { withRobustness } from '../algorithms/robustness.ts';
import { robustnessSettings } from '../algorithms/robustness-settings.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { comparedAlgorithms } from './compared-scores.ts';
import { knownScores } from './known-scores.ts';

const instances = ['qa_accuracy', 'translation', 'perplexity'].map((name) => {
  const algorithm = ALGORITHMS.get(name)!;
  return instantiateAlgorithm(name, algorithm, algorithm.options.parse({}));
});

function compared(compare: object | undefined, of = instances) {
  const text = JSON.stringify({
    dataset: { input_data_location: 'data.jsonl' },
    models: [{ name: 'm', runner: 'outputs' }],
    algorithms: [{ algorithm: 'qa_accuracy' }],
    ...(compare === undefined ? {} : { compare }),
  });
  return knownScores(comparedAlgorithms(requireValid(parseConfig(text, 'c.yaml')), of));
}

const primaryOf = (scores: ReturnType<typeof compared>) =>
  scores.filter(({ spec }) => spec.primary === true).map(({ name }) => name);

test('each algorithm declares one or two primary scores, else its first is the one', () => {
  expect(primaryOf(compared(undefined))).toEqual([
    'qa_accuracy.f1_score',
    'translation.corpus_bleu',
    'translation.corpus_chrf',
    'perplexity.bits_per_byte',
  ]);
  for (const [name, algorithm] of ALGORITHMS) {
    const parsed = algorithm.options.safeParse({});
    if (!parsed.success) continue;
    const own = primaryOf(compared(undefined, [instantiateAlgorithm(name, algorithm, parsed.data)]));
    expect([name, own.length]).toEqual([name, expect.toSatisfy((count: number) => count === 1 || count === 2)]);
  }
});

test('under robustness the first score and how far it falls are primary', () => {
  const qa = ALGORITHMS.get('qa_accuracy')!;
  const options = {
    inner: qa.options.parse({}),
    robustness: robustnessSettings({ perturbation: 'butter_finger' }, undefined),
  };
  const robust = instantiateAlgorithm('qa', withRobustness(qa), options);
  expect(primaryOf(compared(undefined, [robust]))).toEqual(['qa.f1_score', 'qa.delta_f1_score']);
});

test('the config names other primary scores, margins and greatest changes, by score or algorithm and score', () => {
  const scores = compared({
    primary: ['QAAccuracy.exact_match_score', 'corpus_ter'],
    margins: { 'qa_accuracy.f1_score': 0.02, corpus_bleu: 1 },
    max_change: { f1_score: 0.5, 'perplexity.perplexity': 10 },
  });
  expect(primaryOf(scores)).toEqual(['qa_accuracy.exact_match_score', 'translation.corpus_ter']);
  const spec = (name: string) => scores.find((score) => score.name === name)!.spec;
  expect(spec('qa_accuracy.f1_score')).toMatchObject({ margin: 0.02, maxChange: 0.5 });
  expect(spec('translation.corpus_bleu')).toMatchObject({ margin: 1 });
  expect(spec('perplexity.perplexity')).toMatchObject({ maxChange: 10 });
});

test.each([
  [{ primary: ['qa_accuracy.f2_score'] }, 'compare names qa_accuracy.f2_score', 'f1_score'],
  [{ margins: { f1_score: 1 } }, 'the margin 1 of qa_accuracy.f1_score is outside its range', 'smaller than 1'],
  [{ max_change: { f1_score: 1.5 } }, 'max_change 1.5 of qa_accuracy.f1_score is outside', 'more than 1'],
  [{ margins: { f1_score: 0.5 }, max_change: { f1_score: 0.5 } }, 'is not below its max_change 0.5', 'smaller margin'],
])('%j is refused with its place', (compare, message, hint) => {
  expect(() => compared(compare)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
      at: expect.objectContaining({ file: 'c.yaml' }),
    }),
  );
});

test('a margin of 0 or below is refused by the schema', () => {
  expect(() => compared({ margins: { f1_score: 0 } })).toThrow(/margins/);
});
