import { butterFinger, numpyGenerator } from '@assay/metrics';
import { expect, test } from 'vitest';
import type { RobustnessConfig } from '../config/schema/algorithm-config.ts';
import type { Sample } from '../samples/sample.ts';
import type { Algorithm, HelperAnswer, ModelAnswer, ModelAsk, ScoreOutcome } from './algorithm.ts';
import { ALGORITHMS } from './algorithm-table.ts';
import { embeddingSimilarity } from './embedding-similarity.ts';
import { factualKnowledge } from './factual-knowledge.ts';
import { instantiateAlgorithm } from './instantiate.ts';
import { multipleChoice } from './multiple-choice.ts';
import { qaAccuracy } from './qa-accuracy.ts';
import { type RobustOptions, withRobustness } from './robustness.ts';
import { robustnessSettings } from './robustness-settings.ts';
import { toxicity } from './toxicity.ts';

function sampleOf(modelInput: string, index = 0): Sample {
  const features = { model_input: modelInput, target_output: 'Paris', choices: ['red', 'blue'], answer_index: '0' };
  return { index, digest: `digest${index}`, features, record: {} };
}

function robust<O>(algorithm: Algorithm<O>, config: RobustnessConfig) {
  const wrapped = withRobustness(algorithm);
  const inner = algorithm.options.parse({});
  return { wrapped, options: { inner, robustness: robustnessSettings(config, undefined) } as RobustOptions<O> };
}

const town = sampleOf('What is the capital city of that country?');

test('each variant is asked under a key of its own, beside the original', () => {
  const { wrapped, options } = robust(factualKnowledge, {
    perturbation: ['letter_case', 'extra_space'],
    num_perturbations: 2,
  });
  const asks = wrapped.modelAsks!(town, options, 7);
  expect(asks.map(({ key }) => key)).toEqual([
    'original',
    'letter_case/0',
    'letter_case/1',
    'extra_space/0',
    'extra_space/1',
  ]);
  expect(asks[1]!.modelInput).toBe('what is the capital city of that country?');
});

test('a variant depends on run seed, sample and number alone', () => {
  const { wrapped, options } = robust(factualKnowledge, { perturbation: 'keyboard_typos', probability: 0.3 });
  const texts = (sample: Sample, seed: number) =>
    wrapped.modelAsks!(sample, options, seed).map((ask) => ask.modelInput);
  const elsewhere = { ...town, index: 99 };
  expect(texts(elsewhere, 7)).toEqual(texts(town, 7));
  expect(texts(town, 8)).not.toEqual(texts(town, 7));
  expect(new Set(texts(town, 7)).size).toBe(6);
  const more = robust(factualKnowledge, { perturbation: 'keyboard_typos', probability: 0.3, num_perturbations: 9 });
  expect(
    more.wrapped.modelAsks!(town, more.options, 7)
      .slice(0, 6)
      .map((ask) => ask.modelInput),
  ).toEqual(texts(town, 7));
});

test('a delta is the mean of absolute changes, with a breakdown where there are several kinds', () => {
  const { wrapped, options } = robust(factualKnowledge, {
    perturbation: ['letter_case', 'extra_space'],
    num_perturbations: 2,
  });
  const outcome = wrapped.score(
    {
      sample: town,
      answers: answered({
        original: 'Paris',
        'letter_case/0': 'Paris',
        'letter_case/1': 'no',
        'extra_space/0': 'no',
        'extra_space/1': 'no',
      }),
      helpers: new Map(),
    },
    options,
  );
  expect(outcome).toMatchObject({
    scores: {
      factual_knowledge: 1,
      delta_factual_knowledge: 0.75,
      delta_factual_knowledge_letter_case: 0.5,
      delta_factual_knowledge_extra_space: 1,
    },
  });
});

test('variants that came out unchanged are counted', () => {
  const { wrapped, options } = robust(factualKnowledge, { perturbation: 'misspellings', num_perturbations: 2 });
  const sample = sampleOf('zzz');
  const asks = wrapped.modelAsks!(sample, options, 7);
  expect(asks.map(({ key }) => key)).toContain('misspellings/1 (unchanged)');
  const answers = answered(Object.fromEntries(asks.map(({ key }) => [key, 'Paris'])));
  const outcome = wrapped.score({ sample, answers, helpers: new Map() }, options);
  expect(aggregated(wrapped, options, outcome)).toMatchObject({
    unchanged_perturbations: 1,
    unscored_perturbations: 0,
  });
});

test('a variant that cannot be scored is left out of the deltas and counted', () => {
  const { wrapped, options } = robust(embeddingSimilarity, {
    perturbation: ['letter_case', 'extra_space'],
    num_perturbations: 2,
  });
  const answers = answered({
    original: 'Paris',
    'letter_case/0': '',
    'letter_case/1': ' ',
    'extra_space/0': 'Lyon',
    'extra_space/1': '',
  });
  const similarity = (value: number) => ({ kind: 'similarity' as const, value });
  const helpers = new Map([
    ['similarity/0', similarity(0.9)],
    ['extra_space/0:similarity/0', similarity(0.5)],
  ]);
  const outcome = wrapped.score({ sample: town, answers, helpers }, options);
  expect(outcome).toMatchObject({
    scores: {
      embedding_similarity: 0.9,
      delta_embedding_similarity: expect.closeTo(0.4),
      delta_embedding_similarity_extra_space: expect.closeTo(0.4),
    },
  });
  expect(outcome).not.toHaveProperty('scores.delta_embedding_similarity_letter_case');
  expect(aggregated(wrapped, options, outcome)).toMatchObject({ unscored_perturbations: 0.75 });
});

test('a delta of a dataset’s score compares each variant with the same samples undisturbed', () => {
  const { wrapped } = robust(toxicity, {});
  const inner = toxicity.options.parse({ toxic_labels: ['bad'], labels: ['toxicity'] });
  const robustness = robustnessSettings({ perturbation: 'letter_case', num_perturbations: 1 }, undefined);
  const options = { inner, robustness };
  const { roc } = wrapped.aggregates!(options);
  const add = (state: unknown, isToxic: boolean, before: number, after: number | null) =>
    roc!.add(state, { original: [isToxic, before], perturbed: [after === null ? null : [isToxic, after]] });
  let state = add(roc!.empty(), true, 0.9, 0.9);
  state = add(state, false, 0.1, 0.1);
  // Ranked wrongly, but its variant is not scored.
  state = roc!.merge(state, add(roc!.empty(), false, 0.95, null));
  expect(roc!.result(JSON.parse(JSON.stringify(state)))).toEqual({ roc_auc: 0.5, delta_roc_auc: 0 });
});

test.each(['qa_accuracy', 'summarization_accuracy', 'embedding_similarity', 'toxicity'])(
  '%s of the original takes no helper answer of a variant for its own',
  (name) => {
    const algorithm = ALGORITHMS.get(name)!;
    const wrapped = withRobustness(algorithm);
    const inner = algorithm.options.parse(name === 'qa_accuracy' ? { bertscore: true } : {});
    const robustness = robustnessSettings({ perturbation: 'letter_case', num_perturbations: 2 }, undefined);
    const options = { inner, robustness };
    const answers = answered({ original: 'x', 'letter_case/0': 'y', 'letter_case/1': 'z' });
    const value = (key: string) => (key.startsWith('letter_case') ? 0.9 : 0.2);
    const helpers = new Map(
      wrapped.helperAsks!({ sample: town, answers }, options).map(({ key, kind }): [string, HelperAnswer] => {
        const score = value(key);
        if (kind === 'similarity') return [key, { kind, value: score }];
        if (kind === 'classify') return [key, { kind, labels: { toxicity: score } }];
        return [key, { kind: 'bertscore', precision: score, recall: score, f1: score }];
      }),
    );
    const outcome = wrapped.score({ sample: town, answers, helpers }, options);
    const score = name === 'toxicity' || name === 'embedding_similarity' ? name : 'bertscore';
    expect(outcome).toMatchObject({ scores: { [score]: 0.2, [`delta_${score}`]: expect.closeTo(0.7) } });
  },
);

test('algorithms with several questions a sample keep their own keys within each variant', () => {
  const { wrapped, options } = robust(multipleChoice, { perturbation: 'letter_case', num_perturbations: 1 });
  const asks = wrapped.modelAsks!(town, options, 7);
  expect(asks.map(({ key }) => key)).toEqual([
    'choice/0',
    'choice/1',
    'letter_case/0:choice/0',
    'letter_case/0:choice/1',
  ]);
  const likely = (ask: ModelAsk) => (ask.key === 'choice/0' || ask.key === 'letter_case/0:choice/1' ? -1 : -9);
  const answers = new Map(
    asks.map((ask): [string, ModelAnswer] => [
      ask.key,
      {
        kind: 'logProbability',
        logProbability: likely(ask),
        tokenCount: 1,
        byteCount: 4,
        isGreedy: false,
        elapsedMs: 1,
      },
    ]),
  );
  expect(wrapped.score({ sample: town, answers, helpers: new Map() }, options)).toMatchObject({
    scores: { accuracy: 1, delta_accuracy: 1 },
  });
});

test('helper answers of several targets stay with their own variant', () => {
  const { wrapped } = robust(qaAccuracy, {});
  const inner = qaAccuracy.options.parse({ bertscore: true });
  const options = {
    inner,
    robustness: robustnessSettings({ perturbation: 'letter_case', num_perturbations: 1 }, undefined),
  };
  const answers = answered({ original: 'x', 'letter_case/0': 'y' });
  const two = { ...town, features: { ...town.features, target_output: 'one<OR>two' } };
  const asks = wrapped.helperAsks!({ sample: two, answers }, options);
  expect(asks.map(({ key }) => key)).toEqual([
    'bertscore/0',
    'bertscore/1',
    'letter_case/0:bertscore/0',
    'letter_case/0:bertscore/1',
  ]);
  const f1 = [0.5, 0.9, 0.2, 0.4];
  const helpers = new Map(
    asks.map(({ key }, i) => [key, { kind: 'bertscore' as const, precision: 0, recall: 0, f1: f1[i]! }]),
  );
  const outcome = wrapped.score({ sample: two, answers, helpers }, options);
  expect(outcome).toMatchObject({ scores: { bertscore: 0.9, delta_bertscore: 0.5 } });
});

test('compat draws all rows from one stream of numpy, as FMEval with one worker', async () => {
  const algorithm = ALGORITHMS.get('qa_accuracy_semantic_robustness')!;
  const options = algorithm.options.parse({ compat: 'fmeval', num_perturbations: 2 });
  const samples = ['The quick brown fox', 'jumps over the lazy dog'].map(sampleOf);
  async function* rows() {
    yield* samples;
  }
  const prepared = await algorithm.prepare!(options, { all: rows, taken: rows });
  const asked = samples.flatMap((sample) => algorithm.modelAsks!(sample, prepared, 7).slice(1));
  const random = numpyGenerator(5);
  const expected = samples.flatMap(({ features }) =>
    [0, 1].map(() => butterFinger(features.model_input!, 0.1, random)),
  );
  expect(asked.map((ask) => ask.modelInput)).toEqual(expected);
  // In whatever order, and however often, they are asked for.
  const [, second] = samples.map((sample) => algorithm.modelAsks!(sample, prepared, 7)).reverse();
  expect(second!.slice(1).map((ask) => ask.modelInput)).toEqual(expected.slice(0, 2));
});

test.each([
  [{ perturbation: 'butter_fingr' }, 'did you mean "butter_finger"?'],
  [{ perturbation: 'extra_space', max_space: 3 }, 'did you mean "max_spaces"?'],
  [{ perturbation: 'extra_space', probability: 2 }, 'robustness.probability'],
])('%j is refused with a suggestion', (config, message) => {
  expect(() => robustnessSettings(config, undefined)).toThrow(message);
});

test('outputs in the dataset cannot answer disturbed questions', () => {
  const { wrapped, options } = robust(factualKnowledge, {});
  expect(() => wrapped.needsOfOutputs!(options)).toThrow('asks the model more than the outputs in the dataset answer');
});

test('the signature pins the perturbation and its options', () => {
  const { wrapped, options } = robust(factualKnowledge, { perturbation: 'extra_space', num_perturbations: 3 });
  expect(instantiateAlgorithm('x', wrapped as Algorithm, options).signature).toContain(
    'perturb:extra_space(probability=0.5,max_spaces=3)|n:3|rng:sample|deltas:scored',
  );
});

function answered(texts: Readonly<Record<string, string>>): Map<string, ModelAnswer> {
  return new Map(Object.entries(texts).map(([key, text]) => [key, { kind: 'generate', text, elapsedMs: 1 }]));
}

function aggregated<O>(algorithm: Algorithm<O>, options: O, outcome: ScoreOutcome): Record<string, number | null> {
  if ('unscored' in outcome) throw new Error(outcome.unscored);
  const results = Object.entries(algorithm.aggregates!(options)).map(([name, aggregate]) =>
    aggregate.result(aggregate.add(aggregate.empty(), outcome.statistics![name])),
  );
  return Object.assign({}, ...results);
}
