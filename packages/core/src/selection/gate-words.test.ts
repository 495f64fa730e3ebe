import { expect, test } from 'vitest';
import { parseGate } from '../config/parse-gate.ts';
import type { GateConfig } from '../config/schema/decision-config.ts';
import type { RunView, SampleRow, ScoreSummary, Summary } from '../results/summary.ts';
import { SAMPLE_STATES, type SampleState } from '../samples/sample-state.ts';
import { checkGates, openOnce } from './check-gates.ts';
import { gateFigure } from './gate-result.ts';
import { leftOutText } from './left-out.ts';
import { scoredOtherwise, scoreSignatures } from './score-signatures.ts';
import { ScoredRun } from './scored-run.ts';
import { turnedVerdict, verdictOfInterval, verdictWords } from './verdict.ts';

const spec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' } as const;

function row(changes: Partial<ScoreSummary>): ScoreSummary {
  return {
    ...{ model: 'm', algorithm: 'qa', score: 'f1', category: null, n: 10, value: 0.5, interval: [0.4, 0.6] },
    ...{ confidence: 0.95, intervalMethod: 'ends', standardError: 0.05, from: 'mean', spec, unscored: {} },
    ...{ histogram: null, signature: 'qa|v1', ...changes },
  };
}

const statesOf = (states: Partial<Record<SampleState, number>>) =>
  ({ ...Object.fromEntries(SAMPLE_STATES.map((state) => [state, 0])), ...states }) as Record<SampleState, number>;

function runOf(
  scores: readonly ScoreSummary[],
  models: readonly Partial<Summary['models'][number]>[] = [{}],
): ScoredRun {
  const summary = {
    models: models.map((model) => ({
      name: 'm',
      runner: '',
      states: statesOf({}),
      promptTokens: 0,
      newTokens: 0,
      ...model,
    })),
    scores,
  } as unknown as Summary;
  async function* rows(): AsyncGenerator<SampleRow> {}
  return new ScoredRun({ manifest: { configFile: 'c.yaml' } as RunView['manifest'], summary, rows: rows() });
}

const none = async () => undefined;

async function gateEnds(text: GateConfig, run: ScoredRun): Promise<readonly [string, string]> {
  const [result] = await checkGates(parseGate(text), run, none);
  return [result!.status, result!.reason];
}

test.each([
  ['qa.f1 >= 0.5', 'passed', 'qa.f1 is 0.500, as required >= 0.5 (n 10)'],
  ['qa.f1 > 0.5', 'failed', 'qa.f1 is 0.500, required > 0.5 (n 10)'],
  ['qa.f1 > 0.49', 'passed', 'as required > 0.49'],
  ['qa.f1 <= 0.5', 'passed', 'as required <= 0.5'],
  ['qa.f1 <= 0.49', 'failed', 'required <= 0.49'],
  ['qa.f1 < 0.5', 'failed', 'required < 0.5'],
  ['qa.f1 < 0.51', 'passed', 'as required < 0.51'],
  ['qa.f1 == 0.5', 'passed', 'as required == 0.5'],
  ['qa.f1 == 0.4', 'failed', 'required == 0.4'],
  ['qa.f1 lower >= 0.4', 'passed', 'the lower end of qa.f1 is 0.400'],
  ['qa.f1 lower >= 0.41', 'failed', 'the lower end of qa.f1 is 0.400'],
  ['qa.f1 upper <= 0.6', 'passed', 'the upper end of qa.f1 is 0.600'],
  ['qa.f1 upper <= 0.59', 'failed', 'the upper end of qa.f1 is 0.600'],
])('%s ends %s: %s', async (text, status, reason) => {
  expect(await gateEnds(text, runOf([row({})]))).toEqual([status, expect.stringContaining(reason)]);
});

test.each([
  ['qa.ms median <= 20', 'passed', 'the median of qa.ms is 20.000, as required <= 20 (n 80)'],
  ['qa.ms median upper <= 30', 'failed', 'the upper end of the median of qa.ms is 31.000, required <= 30 (n 80)'],
  ['qa.ms p95 lower >= 90', 'passed', 'the lower end of the 95th percentile of qa.ms is 90.000'],
  ['qa.ms p95 upper bound < 500', 'passed', 'the upper end of the 95th percentile of qa.ms is 400.000'],
  ['qa.ms upper <= 30', 'inconclusive', 'its median and 95th percentile have one'],
  ['qa.few median upper <= 30', 'inconclusive', 'the median of qa.few has no interval (n 3): too few samples'],
  ['qa.f1 median upper <= 30', 'inconclusive', 'qa.f1 has no median: it is for scores without bounds'],
])('of a score without bounds %s ends %s', async (text, status, reason) => {
  const unbounded = { value: 40, interval: null, intervalMethod: null, intervalMissing: 'unbounded' } as const;
  const run = runOf([
    row({}),
    row({ score: 'few', n: 3, ...unbounded, median: { value: 20, interval: null } }),
    row({
      ...{ score: 'ms', n: 80, ...unbounded },
      ...{ median: { value: 20, interval: [15, 31] }, p95: { value: 200, interval: [90, 400] } },
    }),
  ]);
  expect(await gateEnds(text, run)).toEqual([status, expect.stringContaining(reason)]);
});

test('a gate looks at the rows of its model, its score and its category', async () => {
  const run = runOf(
    [
      row({ model: 'other', value: 0.9 }),
      row({ score: 'em', value: 0.8 }),
      row({ algorithm: 'rouge', value: 0.7 }),
      row({ category: 'a', value: 0.1 }),
      row({ value: 0.5 }),
    ],
    [{ name: 'm' }],
  );
  expect(await gateEnds('qa.f1 == 0.5', run)).toEqual(['passed', expect.anything()]);
  expect(await gateEnds({ score: 'qa.f1', max: 0.1, category: 'a' }, run)).toEqual(['passed', expect.anything()]);
  expect(await gateEnds({ score: 'qa.f1', min: 0, category: 'b' }, run)).toEqual([
    'inconclusive',
    'no sample is in b; the categories are a',
  ]);
  expect(await gateEnds({ score: 'qa.f1', min: 0, category: 'b' }, runOf([row({})]))).toEqual([
    'inconclusive',
    'no sample is in b; the categories are none',
  ]);
});

test('a model without the score, without samples, without a value or an interval is inconclusive', async () => {
  const elsewhere = runOf([row({ model: 'other' })]);
  expect(await gateEnds('qa.f1 >= 0', elsewhere)).toEqual(['inconclusive', 'm has no qa.f1']);
  for (const [changes, text, what] of [
    [{ n: 0 }, 'qa.f1 >= 0', 'qa.f1 has no value (n 0)'],
    [{ value: null }, 'qa.f1 >= 0', 'qa.f1 has no value (n 10)'],
    [{ value: Number.NaN }, 'qa.f1 >= 0', 'qa.f1 has no value (n 10)'],
    [{ interval: null }, 'qa.f1 lower >= 0', 'qa.f1 has no interval (n 10)'],
  ] as const)
    expect(await gateEnds(text, runOf([row(changes)]))).toEqual(['inconclusive', what]);
});

test('a score that the run does not have is refused, with the nearest and all that it has', async () => {
  const run = runOf([row({}), row({ score: 'em' }), row({ category: 'a' })]);
  await expect(checkGates(parseGate('qa.f2 >= 0'), run, none)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'a gate names qa.f2, which the run does not have',
    hint: 'Did you mean qa.f1? It has: qa.f1, qa.em.',
  });
  await expect(checkGates(parseGate('rouge.long >= 0'), run, none)).rejects.toMatchObject({
    hint: 'It has: qa.f1, qa.em.',
  });
});

test('a model that was not finished passes no gate on a score, but is counted by its states', async () => {
  const failure = { code: 'RUNNER_FAILED', message: 'is gone' } as const;
  const run = runOf([row({})], [{ failure, states: statesOf({ scored: 9, failed: 1 }) }]);
  expect(await gateEnds('qa.f1 >= 0', run)).toEqual(['inconclusive', 'm was not finished: RUNNER_FAILED is gone']);
  expect(await gateEnds('regression', run)).toEqual(['inconclusive', expect.stringContaining('was not finished')]);
  expect(await gateEnds('failed <= 1', run)).toEqual(['passed', '1 of 10 samples failed, as required <= 1']);
});

test.each([
  ['failed <= 2', 'passed', '2 of 10 samples failed, as required <= 2'],
  ['failed < 2', 'failed', '2 of 10 samples failed, required < 2'],
  ['failed <= 0.2', 'passed', 'as required <= 0.2'],
  ['failed <= 0.19', 'failed', 'required <= 0.19'],
  ['failed <= 0', 'failed', 'required <= 0'],
  ['timed_out <= 0', 'passed', '0 of 10 samples timed out, as required <= 0'],
  ['failed <= 1', 'failed', 'required <= 1'],
])('of 10 samples of which 2 failed, %s ends %s', async (text, status, reason) => {
  const run = runOf([], [{ states: statesOf({ scored: 8, failed: 2 }) }]);
  expect(await gateEnds(text, run)).toEqual([status, expect.stringContaining(reason)]);
});

test('a run without samples has no states to count', async () => {
  expect(await gateEnds('failed <= 1', runOf([]))).toEqual(['inconclusive', 'the run has no samples']);
});

test('a gate that is for other models is told with those there are; each model has an end of its own', async () => {
  const run = runOf([row({}), row({ model: 'n', value: 0.1 })], [{ name: 'm' }, { name: 'n' }]);
  const [gate] = parseGate('qa.f1 >= 0.5');
  const results = await checkGates([gate!, { ...gate!, models: ['x', 'y'] }, { ...gate!, models: ['n'] }], run, none);
  expect(results.map(({ model, status }) => [model, status])).toEqual([
    ['m', 'passed'],
    ['n', 'failed'],
    ['x, y', 'inconclusive'],
    ['n', 'failed'],
  ]);
  expect(results[2]!.reason).toBe('the run has no such model; it has m, n');
});

test('a baseline is opened once for each name', async () => {
  const opened: (string | undefined)[] = [];
  const open = openOnce(async (name) => {
    opened.push(name);
    return undefined;
  });
  const first = open('a');
  expect(open('a')).toBe(first);
  await Promise.all([first, open(undefined), open(undefined), open('b')]);
  expect(opened).toEqual(['a', undefined, 'b']);
});

test.each([
  [0.12345, false, '0.123'],
  [0.12345, true, '+0.123'],
  [-0.12345, false, '−0.123'],
  [-0.12345, true, '−0.123'],
  [0.0004, true, '0.000'],
  [-0.0004, true, '0.000'],
  [0, true, '0.000'],
  [10, true, '+10.000'],
])('%d as a figure, signed: %s, is %s', (value, signed, text) => {
  expect(gateFigure(value, signed)).toBe(text);
});

test('what a comparison leaves out is told part by part, and nothing where that is nothing', () => {
  const nothing = { onlyBaseline: 0, onlyCandidate: 0, unscoredBaseline: 0, unscoredCandidate: 0 };
  expect(leftOutText(undefined)).toBe('');
  expect(leftOutText(nothing)).toBe('');
  expect(leftOutText({ onlyBaseline: 1, onlyCandidate: 2, unscoredBaseline: 3, unscoredCandidate: 4 })).toBe(
    '1 only in the baseline, 2 only in the candidate, 3 unscored in the baseline, 4 unscored in the candidate',
  );
  expect(leftOutText({ ...nothing, unscoredCandidate: 1 })).toBe('1 unscored in the candidate');
});

test('a score of other settings is told; one that is missing or names no settings is not', () => {
  const [before, after] = [{ scores: [row({})] }, { scores: [row({ signature: 'qa|v2' })] }];
  expect([...scoreSignatures({ scores: [row({}), row({ score: 'em', signature: '' })] })]).toEqual([
    ['qa.f1', 'qa|v1'],
  ]);
  expect(scoredOtherwise(before, after, 'qa.f1')).toBe(
    'qa.f1 was scored by other settings in the baseline: qa|v1, here qa|v2',
  );
  for (const [one, other, name] of [
    [before, before, 'qa.f1'],
    [before, { scores: [] }, 'qa.f1'],
    [{ scores: [] }, after, 'qa.f1'],
    [before, after, 'qa.em'],
  ] as const)
    expect(scoredOtherwise(one, other, name)).toBeUndefined();
});

test('a run can be read as if it held one model', async () => {
  const scores = new Map([
    ['m', { model: 'm' } as never],
    ['n', { model: 'n' } as never],
  ]);
  const { summary, manifest, rows } = runOf([row({}), row({ model: 'n' })], [{ name: 'm' }, { name: 'n' }]);
  const whole = new ScoredRun({ summary, manifest, rows }, async () => scores);
  const only = await whole.only('n');
  expect(only.summary.models.map(({ name }) => name)).toEqual(['n']);
  expect(only.summary.scores.map(({ model }) => model)).toEqual(['n']);
  expect([...(await only.models()).keys()]).toEqual(['n']);
  expect([...(await (await whole.only('x')).models()).keys()]).toEqual([]);
});

test.each([
  [[0.1, 0.3], false, undefined, 'better'],
  [[-0.3, -0.1], false, undefined, 'worse'],
  [[0, 0.3], false, undefined, 'cannot tell'],
  [[0, 0.3], true, undefined, 'better'],
  [[-0.3, 0], false, undefined, 'cannot tell'],
  [[-0.3, 0], true, undefined, 'worse'],
  [[-0.1, 0.3], true, undefined, 'cannot tell'],
  [[-0.1, 0.1], false, 0.2, 'equivalent'],
  [[-0.1, 0.2], false, 0.2, 'not worse'],
  [[-0.2, 0.1], false, 0.2, 'cannot tell'],
  [[-0.1, 0.3], false, 0.2, 'not worse'],
] as const)('an interval %j of a gain, open: %s, with the margin %s is %s', (ends, open, margin, verdict) => {
  expect(verdictOfInterval({ ends, open }, margin)).toBe(verdict);
  if (!open) expect(verdictOfInterval({ ends }, margin)).toBe(verdict);
});

test('a verdict names its margin, and turns with the sides', () => {
  expect(verdictWords('better', 0.02)).toBe('better');
  expect(verdictWords('equivalent', 0.02)).toBe('equivalent within 0.02');
  expect(verdictWords('not worse', 0.02)).toBe('not worse by 0.02');
  expect(verdictWords('not worse', undefined)).toBe('not worse');
  const verdicts = ['better', 'worse', 'equivalent', 'not worse', 'cannot tell', null] as const;
  expect(verdicts.map((verdict) => turnedVerdict(verdict))).toEqual([
    ...['worse', 'better', 'equivalent', 'cannot tell', 'cannot tell', null],
  ]);
});
