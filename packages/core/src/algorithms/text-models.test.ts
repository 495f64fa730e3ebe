import { spearman } from '@assay/metrics';
import { expect, test } from 'vitest';
import type { Sample } from '../samples/sample.ts';
import type { Aggregate, Algorithm, HelperAnswer, ModelAnswer, ScoreOutcome } from './algorithm.ts';
import { flaggedSpans } from './flagged-spans.ts';
import { ranking } from './ranking.ts';
import { spanAccuracy } from './span-accuracy.ts';
import { textSimilarity } from './text-similarity.ts';
import { coveredLength, statedSpans } from './text-spans.ts';

function sampleOf(features: Sample['features']): Sample {
  return { index: 0, digest: 'd', features, record: {} };
}

const similarities = (...values: number[]): ModelAnswer => ({ kind: 'similarity', values, elapsedMs: 1 });
const said = (text: string): ModelAnswer => ({ kind: 'generate', text, elapsedMs: 1 });

function scored<Options>(
  algorithm: Algorithm<Options>,
  features: Sample['features'],
  answer: [key: string, ModelAnswer],
  options: object = {},
  helper?: HelperAnswer,
): ScoreOutcome {
  const helpers = new Map(helper === undefined ? [] : [['spans', helper]]);
  const given = algorithm.options.parse(options);
  return algorithm.score({ sample: sampleOf(features), answers: new Map([answer]), helpers }, given);
}

const CHOICES = { model_input: 'q', choices: ['a', 'b', 'c', 'd'], answer_index: '2' };

test('the place of the right text counts; one that is as near stands before it', () => {
  const rank = (...values: number[]) => scored(ranking, CHOICES, ['choices', similarities(...values)]);
  expect(rank(0.1, 0.2, 0.9, 0.3)).toEqual({ scores: { hit_at_1: 1, reciprocal_rank: 1 } });
  expect(rank(0.95, 0.2, 0.9, 0.3)).toEqual({ scores: { hit_at_1: 0, reciprocal_rank: 0.5 } });
  expect(rank(0.9, 0.2, 0.9, 0.9)).toEqual({ scores: { hit_at_1: 0, reciprocal_rank: 1 / 3 } });
  expect(rank(0.1, 0.2)).toEqual({ unscored: 'no_similarity' });
  expect(scored(ranking, { ...CHOICES, answer_index: '9' }, ['choices', similarities(1)])).toEqual({
    unscored: 'answer_index_invalid',
  });
  expect(ranking.modelAsks!(sampleOf({ model_input: 'q', choices: [] }), {}, 0)).toEqual([]);
});

test('correlations are those of the pairs, whatever the order and the cut into shards', () => {
  const pairs = [0.9, 0.1, 0.5, 0.7, -0.2, 0.5].map((value, at) => [value, [5, 1, 2, 4, 0, 3][at]!] as const);
  const aggregate = textSimilarity.aggregates!({}).correlation! as Aggregate<readonly [number, number], object>;
  const sum = (part: typeof pairs) => part.reduce((state, pair) => aggregate.add(state, pair), aggregate.empty());
  const whole = aggregate.result(sum(pairs));
  expect(aggregate.result(aggregate.merge(sum(pairs.slice(4).reverse()), sum(pairs.slice(0, 4))))).toEqual(whole);
  const { coefficient } = spearman(
    pairs.map(([value]) => value),
    pairs.map(([, target]) => target),
  );
  expect(whole.spearman).toBeCloseTo(coefficient, 12);
  expect(aggregate.result(sum(pairs.slice(0, 1)))).toEqual({ pearson: null, spearman: null });
  const shifted = pairs.map(([value, target]) => [value, target + 1e9] as const);
  const figure = aggregate.corpus!(shifted.map((pair) => sum([pair]))).pearson!;
  if (figure.kind !== 'rows') throw new Error('no rows');
  const totals = figure.rows.reduce((all, row) => all.map((value, at) => value + row[at]!));
  expect(figure.score.statistic(totals)).toBeCloseTo(whole.pearson!, 9);
});

test('a target that is no number leaves the pair unscored', () => {
  const pair = (target: string) =>
    scored(textSimilarity, { model_input: 'a', context: 'b', target_output: target }, ['context', similarities(0.5)]);
  expect(pair('3.5')).toEqual({ scores: { similarity: 0.5 }, statistics: { correlation: [0.5, 3.5] } });
  for (const target of ['', 'high', 'Infinity']) expect(pair(target)).toEqual({ unscored: 'target_no_number' });
});

const SPANS = JSON.stringify([
  { label: 'PER', start: 0, end: 3 },
  { label: 'LOC', start: 7, end: 11 },
]);

test('spans are right by label, start and end; what stands twice counts twice; no list names none', () => {
  const score = (output: string, options = {}) =>
    scored(spanAccuracy, { model_input: 'Ada in Oslo', target_output: SPANS }, ['original', said(output)], options);
  expect(score(SPANS)).toEqual({ scores: { exact_spans: 1 }, statistics: { spans: [2, 2, 2] } });
  const twice = JSON.stringify([...JSON.parse(SPANS), { label: 'PER', start: 0, end: 3, score: 0.5, text: 'Ada' }]);
  expect(score(twice)).toEqual({ scores: { exact_spans: 0 }, statistics: { spans: [2, 3, 2] } });
  expect(score('```json\n[{"label":"LOC","start":0,"end":3}]\n```')).toMatchObject({
    statistics: { spans: [0, 1, 2] },
  });
  for (const none of ['', 'Ada, Oslo', '{"label":"PER"}', '[{"start":-1}]'])
    expect(score(none)).toMatchObject({ scores: { exact_spans: 0 }, statistics: { spans: [0, 0, 2] } });
  const byText = '[{"label":"LOC","text":"Oslo"},{"label":"PER","text":"Oslo"}]';
  expect(score(byText, { match: 'text' })).toMatchObject({ statistics: { spans: [1, 2, 2] } });
  expect(scored(spanAccuracy, { model_input: 'x', target_output: 'none' }, ['original', said('[]')])).toEqual({
    unscored: 'target_no_spans',
  });
  const { spans } = spanAccuracy.aggregates!({ match: 'offsets' });
  expect(spans!.result(spans!.add(spans!.empty(), [1, 2, 4]))).toEqual({
    ...{ span_precision: 0.5, span_recall: 0.25, span_f1: 1 / 3 },
  });
  expect(spans!.result(spans!.empty())).toEqual({ span_precision: null, span_recall: null, span_f1: null });
});

test('characters in overlapping spans count once', () => {
  expect(coveredLength([])).toBe(0);
  const spans = [
    { start: 5, end: 9 },
    { start: 0, end: 4 },
    { start: 2, end: 6 },
    { start: 3, end: 4 },
  ];
  expect(coveredLength(spans)).toBe(9);
  expect(statedSpans('[]')).toEqual([]);
});

test('spans that a classifier of tokens flags count by label and threshold, as a share of the output', () => {
  const spans = [
    { label: 'EMAIL', start: 0, end: 5, score: 0.9 },
    { label: 'NAME', start: 5, end: 10, score: 0.4 },
  ];
  const helper: HelperAnswer = { kind: 'classify', labels: { EMAIL: 0.9, NAME: 0.4 }, spans };
  const flag = (options: object, answer: HelperAnswer | undefined = helper) =>
    scored(flaggedSpans, { model_input: 'q' }, ['original', said('a'.repeat(20))], { model: 'm', ...options }, answer);
  expect(flag({})).toEqual({ scores: { flagged: 1, flagged_share: 0.25 } });
  expect(flag({ threshold: 0.3 })).toEqual({ scores: { flagged: 1, flagged_share: 0.5 } });
  expect(flag({ labels: ['NAME'] })).toEqual({ scores: { flagged: 0, flagged_share: 0 } });
  expect(flag({}, { kind: 'classify', labels: { toxic: 1 } })).toEqual({
    unscored: 'model_gives_no_spans',
    detail: 'its labels are of whole texts: toxic',
  });
  const sample = sampleOf({ model_input: 'q', context: 'source' });
  const options = flaggedSpans.options.parse({ model: 'm', beside: 'context' });
  const ask = (output: string) =>
    flaggedSpans.helperAsks!({ sample, answers: new Map([['original', said(output)]]) }, options);
  expect(ask('text')).toEqual([{ key: 'spans', kind: 'classify', model: 'm', text: 'text', beside: 'source' }]);
  expect(ask(' ')).toEqual([]);
  expect(flaggedSpans.needs(options)).toEqual(['model_input', 'context']);
});
