import { expect, test } from 'vitest';
import { PERTURBATIONS } from '../perturbations/perturbation-table.ts';
import type { Sample } from '../samples/sample.ts';
import { ALGORITHMS } from './algorithm-table.ts';
import { instantiateAlgorithm } from './instantiate.ts';

const robust = instantiateAlgorithm(
  'r',
  ALGORITHMS.get('qa_accuracy_semantic_robustness')!,
  ALGORITHMS.get('qa_accuracy_semantic_robustness')!.options.parse({ num_perturbations: 3 }),
);

const samples: Sample[] = Array.from({ length: 40 }, (_, index) => ({
  index,
  digest: `digest-${index}`,
  features: {
    model_input: `Which river flows through the city number ${index}, and how long is it?`,
    target_output: 'x',
  },
  record: {},
}));

const asks = (sample: Sample, seed = 7) => robust.algorithm.modelAsks!(sample, robust.options, seed);

test('what a sample is asked does not depend on the samples around it, their number or their order', () => {
  const whole = new Map(samples.map((sample) => [sample.digest, asks(sample)]));
  for (const sample of [...samples].reverse().slice(3, 20)) expect(asks(sample)).toEqual(whole.get(sample.digest));
  const moved = { ...samples[11]!, index: 0 };
  expect(asks(moved)).toEqual(whole.get(moved.digest));
});

test('variants differ from one another, from sample to sample and from seed to seed', () => {
  const texts = asks(samples[0]!).map((ask) => ask.modelInput);
  expect(new Set(texts).size).toBe(4);
  expect(asks(samples[0]!, 8).map((ask) => ask.modelInput)).not.toEqual(texts);
});

test('a model whose answers do not change has deltas of 0, one that does has not', () => {
  const answersOf = (textOf: (at: number) => string) =>
    new Map(
      asks(samples[0]!).map(({ key }, at) => [key, { kind: 'generate' as const, text: textOf(at), elapsedMs: 1 }]),
    );
  const score = (textOf: (at: number) => string) => {
    const sample = { ...samples[0]!, features: { ...samples[0]!.features, target_output: 'the Rhine' } };
    const outcome = robust.algorithm.score({ sample, answers: answersOf(textOf), helpers: new Map() }, robust.options);
    if ('unscored' in outcome) throw new Error(outcome.unscored);
    return outcome.scores;
  };
  expect(score(() => 'the Rhine')).toMatchObject({ f1_score: 1, delta_f1_score: 0 });
  expect(score((at) => (at === 0 ? 'the Rhine' : 'the Po'))).toMatchObject({ f1_score: 1, delta_f1_score: 1 });
});

test('every perturbation changes some text, tells what it changed, and repeats itself under one seed', async () => {
  const { createGenerator } = await import('@assay/metrics');
  const text = "I don't think that they're going to receive 12500 definitely beautiful cars, because it is necessary.";
  for (const [name, perturbation] of PERTURBATIONS) {
    const options = perturbation.options.parse({});
    const trial = (seed: number) => perturbation.perturb(text, createGenerator(seed), options);
    const trials = Array.from({ length: 20 }, (_, seed) => trial(seed));
    const changed = trials.filter((each) => each.text !== text);
    expect(changed.length, name).toBeGreaterThan(0);
    for (const each of changed) expect(each.changes.length, name).toBeGreaterThan(0);
    expect(trial(3), name).toEqual(trial(3));
  }
});
