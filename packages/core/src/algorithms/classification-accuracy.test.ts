import { describe, expect, test } from 'vitest';
import type { Sample } from '../samples/sample.ts';
import { classificationAccuracy } from './classification-accuracy.ts';

const parse = (settings: object) => classificationAccuracy.options.parse(settings);

function sampleOf(target: string, index = 0): Sample {
  return { index, digest: String(index), features: { model_input: 'x', target_output: target }, record: {} };
}

function score(output: string, target: string, settings: object) {
  const answers = new Map([['original', { kind: 'generate' as const, text: output, elapsedMs: 1 }]]);
  return classificationAccuracy.score({ sample: sampleOf(target), answers, helpers: new Map() }, parse(settings));
}

function summary(pairs: readonly (readonly [output: string, target: string])[], settings: object) {
  const { confusion } = classificationAccuracy.aggregates!(parse(settings));
  let state = confusion!.empty();
  for (const [output, target] of pairs) {
    const outcome = score(output, target, settings);
    if ('scores' in outcome) state = confusion!.add(state, outcome.statistics!.confusion);
  }
  return confusion!.result(state);
}

const labels = { valid_labels: ['Positive', 'Negative'] };

test('a capital label in the target matches, except where FMEval is asked for', () => {
  expect(score('positive', 'Positive', labels)).toMatchObject({ scores: { classification_accuracy_score: 1 } });
  expect(score('positive', 'Positive', { ...labels, compat: 'fmeval' })).toMatchObject({
    scores: { classification_accuracy_score: 0 },
  });
});

test('a label at the end of a sentence matches, except where FMEval is asked for', () => {
  const digits = { valid_labels: [1, 2] };
  expect(score('The answer is 2.', '2', digits)).toMatchObject({ scores: { classification_accuracy_score: 1 } });
  expect(score('The answer is 2.', '2', { ...digits, compat: 'fmeval' })).toMatchObject({
    scores: { classification_accuracy_score: 0 },
  });
});

test('an output without a label is wrong and counted', () => {
  expect(
    summary(
      [
        ['dunno', 'Positive'],
        ['positive', 'Positive'],
      ],
      labels,
    ),
  ).toMatchObject({
    unknown_labels: 1,
    balanced_accuracy_score: 0.5,
    precision_score: 1,
    recall_score: 0.5,
  });
});

test('naming the frequent label always is no better than guessing by balanced accuracy', () => {
  const pairs = [...Array(9).fill(['positive', 'Positive']), ['positive', 'Negative']] as [string, string][];
  expect(summary(pairs, labels)).toMatchObject({
    balanced_accuracy_score: 0.5,
    precision_score: 0.45,
    recall_score: 0.5,
  });
});

test('FMEval’s average makes precision and recall the accuracy', () => {
  const pairs = [
    ['1', '1'],
    ['1', '2'],
    ['2', '2'],
    ['x', '2'],
  ] as const;
  expect(summary(pairs, { valid_labels: ['1', '2'], compat: 'fmeval' })).toMatchObject({
    precision_score: 0.5,
    recall_score: 0.5,
    unknown_labels: 1,
  });
});

test('binary average is about the positive label', () => {
  const pairs = [
    ['yes', 'yes'],
    ['yes', 'no'],
    ['no', 'yes'],
    ['no', 'no'],
  ] as const;
  const settings = { valid_labels: ['yes', 'no'], multiclass_average_strategy: 'binary', positive_label: 'yes' };
  expect(summary(pairs, settings)).toMatchObject({ precision_score: 0.5, recall_score: 0.5 });
});

test('labels that are not given are the targets of all rows, whatever the limit', async () => {
  async function* rows(targets: readonly string[]) {
    for (const [index, target] of targets.entries()) yield sampleOf(target, index);
  }
  const view = { all: () => rows(['b', 'a', ' a', 'c']), taken: () => rows(['b']) };
  expect((await classificationAccuracy.prepare!(parse({}), view)).valid_labels).toEqual(['a', 'b', 'c']);
  expect((await classificationAccuracy.prepare!(parse({ compat: 'fmeval' }), view)).valid_labels).toEqual(['b']);
});

test('counts merge as if they had been added together', () => {
  const { confusion } = classificationAccuracy.aggregates!(parse(labels));
  const one = confusion!.add(confusion!.empty(), ['Positive', '']);
  const two = confusion!.add(confusion!.empty(), ['Positive', 'Positive']);
  const both = confusion!.add(confusion!.add(confusion!.empty(), ['Positive', '']), ['Positive', 'Positive']);
  expect(confusion!.result(confusion!.merge(one, two))).toEqual(confusion!.result(both));
});

test('more targets than labels can be are an error that says what to do, except where FMEval is asked for', async () => {
  async function* rows() {
    for (let index = 0; index <= 1000; index++) yield sampleOf(`target ${index}`, index);
  }
  const view = { all: rows, taken: rows };
  await expect(classificationAccuracy.prepare!(parse({}), view)).rejects.toMatchObject({
    code: 'DATASET_BAD_VALUE',
    hint: expect.stringContaining('valid_labels'),
  });
  expect((await classificationAccuracy.prepare!(parse({ compat: 'fmeval' }), view)).valid_labels).toHaveLength(1001);
});

test('an empty target is unscored, except where FMEval is asked for', () => {
  expect(score('positive', '', labels)).toEqual({ unscored: 'empty_target' });
  expect(score('positive', '', { ...labels, compat: 'fmeval' })).toMatchObject({
    scores: { classification_accuracy_score: 0 },
  });
});

describe('with a zero-shot model', () => {
  const settings = parse({ ...labels, zero_shot_model: 'nli', hypothesis_template: 'It is {}.' });
  const answersOf = (text: string) => new Map([['original', { kind: 'generate' as const, text, elapsedMs: 1 }]]);

  test('the label that the output entails most counts, whatever words it has', () => {
    const answers = answersOf('Not positive at all.');
    const input = { sample: sampleOf('negative'), answers };
    expect(classificationAccuracy.helpers!(settings)).toEqual([{ kind: 'classify', model: 'nli' }]);
    expect(classificationAccuracy.helperAsks!(input, settings)).toEqual([
      {
        ...{ key: 'label', kind: 'classify', model: 'nli', text: 'Not positive at all.' },
        ...{ labels: ['Positive', 'Negative'], hypothesis: 'It is {}.' },
      },
    ]);
    const found = { kind: 'classify' as const, labels: { Positive: 0.1, Negative: 0.9 } };
    const helpers = new Map([['label', found]]);
    expect(classificationAccuracy.score({ ...input, helpers }, settings)).toEqual({
      scores: { classification_accuracy_score: 1 },
      statistics: { confusion: ['Negative', 'Negative'] },
    });
    expect(classificationAccuracy.signature(settings)).toContain('|label:zero-shot(It is {}.,whole)|');
  });

  test('an empty output is asked nothing and has no label', () => {
    const input = { sample: sampleOf('negative'), answers: answersOf(' ') };
    expect(classificationAccuracy.helperAsks!(input, settings)).toEqual([]);
    expect(classificationAccuracy.score({ ...input, helpers: new Map() }, settings)).toMatchObject({
      scores: { classification_accuracy_score: 0 },
    });
  });
});
