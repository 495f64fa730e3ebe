import { expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { recordedAlgorithm } from '../algorithms/recorded-algorithm.ts';
import { parseGate } from '../config/parse-gate.ts';
import type { RunView, SampleRow, ScoreSummary, Summary } from '../results/summary.ts';
import { bridgedScores, bridgeOver, isByLabels, otherJudges, withoutOtherJudges } from './bridged-judges.ts';
import { checkGates } from './check-gates.ts';
import { modelScores } from './model-scores.ts';
import { pairSamples } from './sample-pairs.ts';
import { ScoredRun } from './scored-run.ts';

const spec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '', primary: true } as const;

function row(score: string, changes: Partial<ScoreSummary> = {}): ScoreSummary {
  const own = { model: 'm', algorithm: 'llm_judge', score, category: null, n: 10, value: 0.5, from: 'mean', spec };
  return { ...own, signature: 'judge|a', ...changes } as ScoreSummary;
}

function answer(index: number, score: number | undefined, changes: Partial<SampleRow> = {}): SampleRow {
  const scores = score === undefined ? {} : { 'llm_judge.judge_score': score };
  const place = { model: 'm', index, digest: `d${index}`, category: null, cluster: null };
  return { ...place, output: `answer ${index}`, scores, ...changes } as unknown as SampleRow;
}

async function* rowsOf(rows: readonly SampleRow[]): AsyncGenerator<SampleRow> {
  yield* rows;
}

function judged(rubric: string | undefined) {
  const algorithm = ALGORITHMS.get('llm_judge')!;
  const given = { judge: 'any', swap: false, ...(rubric === undefined ? {} : { rubric }) };
  return recordedAlgorithm(instantiateAlgorithm('llm_judge', algorithm, algorithm.options.parse(given)));
}

interface Made {
  readonly scores?: readonly ScoreSummary[];
  readonly rows?: readonly SampleRow[];
  readonly rubric?: string | undefined;
  readonly algorithms?: RunView['manifest']['algorithms'];
  readonly models?: readonly string[];
}

function runOf({ scores = [row('judge_score')], rows = [], rubric, algorithms, models = ['m'] }: Made): ScoredRun {
  const manifest = {
    algorithms: algorithms ?? [judged(rubric)],
    configFile: 'c.yaml',
  } as unknown as RunView['manifest'];
  const summary = { models: models.map((name) => ({ name })), scores } as unknown as Summary;
  return new ScoredRun({ manifest, summary, rows: { [Symbol.asyncIterator]: () => rowsOf(rows) } });
}

const other = { signature: 'judge|b' };

test('other judges are those of one label whose settings differ, and labels count where both have them by one rubric', () => {
  const labelled = (changes: Partial<ScoreSummary>) => [row('judge_score', changes), row('human_score', changes)];
  expect(otherJudges(runOf({}), runOf({}))).toEqual([]);
  const before = runOf({ scores: labelled({}) });
  const [found, ...more] = otherJudges(before, runOf({ scores: labelled(other) }));
  expect(more).toEqual([]);
  expect(found).toEqual({
    algorithm: 'llm_judge',
    why: 'llm_judge.judge_score was scored by other settings in the baseline: judge|a, here judge|b',
    hasLabels: true,
  });
  const hasLabels = (after: Made, first = before) => otherJudges(first, runOf(after))[0]!.hasLabels;
  expect(hasLabels({ scores: labelled(other), rubric: 'Is it polite?' })).toBe(false);
  expect(hasLabels({ scores: [row('judge_score', other)] })).toBe(false);
  expect(hasLabels({ scores: [row('judge_score', other), row('human_score', { ...other, value: null })] })).toBe(false);
  expect(hasLabels({ scores: [row('judge_score', other), row('human_score', { algorithm: 'x' })] })).toBe(false);
  expect(hasLabels({ scores: labelled(other) }, runOf({}))).toBe(false);
  // An algorithm that nobody judges has no judge.
  expect(otherJudges(before, runOf({ scores: labelled(other), algorithms: [] }))).toEqual([]);
});

test('what people say is kept where both runs asked them alike; what judges say is not', () => {
  const scores = ['judge_score', 'human_score', 'corrected_score'].map((score) => ({
    algorithm: 'llm_judge',
    score,
    spec,
  }));
  const qa = { algorithm: 'qa', score: 'human_score', spec };
  const names = (hasLabels: boolean) =>
    withoutOtherJudges([...scores, qa], [{ algorithm: 'llm_judge', why: '', hasLabels }]).map(
      ({ algorithm, score }) => `${algorithm}.${score}`,
    );
  expect(names(true)).toEqual(['llm_judge.human_score', 'llm_judge.corrected_score', 'qa.human_score']);
  expect(names(false)).toEqual(['qa.human_score']);
  expect(withoutOtherJudges(scores, [])).toEqual(scores);
  expect(isByLabels(qa, [{ algorithm: 'llm_judge', why: '', hasLabels: true }])).toBe(false);
});

test('a bridge counts outputs of the baseline’s model that both judged, each once', async () => {
  const candidate = { scores: [row('judge_score', other)] };
  const bridge = runOf({
    scores: [row('judge_score', other)],
    models: ['m', 'x'],
    rows: [
      ...[answer(0, 0.25), answer(0, 0.75), answer(1, 1), answer(2, undefined), answer(3, 0.5, { output: 'changed' })],
      ...[answer(4, 0.5, { output: null }), answer(5, 0.5, { model: 'x' }), answer(9, 0.5)],
    ],
  });
  const rows = [
    ...[0, 1, 2, 3, 5].map((index) => answer(index, 0)),
    ...[answer(4, 0, { output: null }), answer(0, 0), answer(9, 0, { model: 'y' })],
  ];
  const found = await bridgeOver({ bridge, baseline: { rows: rowsOf(rows), model: 'm' }, candidate }, 'llm_judge');
  expect(found).toEqual({
    scores: new Map([
      ['d0', 0.25],
      ['d1', 1],
    ]),
    otherOutputs: 2,
  });
});

test('a run is no bridge without the score, by another judge, or without the model; the only model may have any name', async () => {
  const candidate = { scores: [row('judge_score', other)] };
  const over = (made: Made) =>
    bridgeOver({ bridge: runOf(made), baseline: { rows: rowsOf([answer(0, 0)]), model: 'm' }, candidate }, 'llm_judge');
  expect(await over({ scores: [row('human_score', other)] })).toBe('it has no llm_judge.judge_score');
  expect(await over({})).toBe(
    'llm_judge.judge_score was scored by other settings in the baseline: judge|a, here judge|b',
  );
  const scores = [row('judge_score', other)];
  expect(await over({ scores, models: ['x', 'y'] })).toBe('it holds no model "m"');
  expect(await over({ scores, models: ['x'], rows: [answer(0, 0.5, { model: 'x' })] })).toMatchObject({
    scores: new Map([['d0', 0.5]]),
    otherOutputs: 0,
  });
});

test('over a bridge the candidate’s judge stands in for labels, and the first of equal samples alone counts', () => {
  const side = (model: string, scores: readonly (number | undefined)[], digestOf = (at: number) => `d${at}`) =>
    modelScores(
      model,
      scores.map((score, at) => ({ ...answer(at, score, { model }), digest: digestOf(at) })),
    );
  const before = side('b', [0.5, 0.25, undefined, 1], (at) => (at === 3 ? 'd0' : `d${at}`));
  const after = side('a', [0.75, 0.5, 1, 1]);
  const bridge = {
    scores: new Map([
      ['d0', 0.9],
      ['d2', 0.1],
    ]),
    otherOutputs: 0,
  };
  const score = { algorithm: 'llm_judge', score: 'judge_score', spec };
  const [baseline, candidate] = bridgedScores([before, after], bridge, score);
  const states = ({ corpora }: typeof baseline) => corpora.get('llm_judge.judge_score')!.states;
  expect(states(baseline)).toEqual([
    { labelled: [['', 0.9, 0.5]], scores: [[0.5, 1]] },
    { labelled: [], scores: [[0.25, 1]] },
    undefined,
    { labelled: [], scores: [[1, 1]] },
  ]);
  expect(states(candidate)[1]).toEqual({ labelled: [['', 0.5, 0.5]], scores: [[0.5, 1]] });
  const { aggregate } = candidate.corpora.get('llm_judge.judge_score')!;
  expect(aggregate.corpus!([1, 2])).toEqual({
    judge_score: { kind: 'judged', of: 'corrected', units: [1, 2], range: [0, 1], isBridge: true },
  });
  expect(pairSamples(baseline, candidate).places[0]).toHaveLength(3);
  const bare = bridgedScores([{ ...before, columns: new Map() }, after], bridge, score)[0];
  expect(states(bare)).toEqual([undefined, undefined, undefined, undefined]);
});

test('a gate over other judges needs a bridge, and compares over it', async () => {
  const answers = (shift: number) =>
    Array.from({ length: 120 }, (_, index) => answer(index, Math.min(1, ((index * 7) % 10) / 20 + shift)));
  const baseline = runOf({ rows: answers(0) });
  const candidate = runOf({ scores: [row('judge_score', other)], rows: answers(0.45) });
  // The candidate's judge gives 0.4 more to the same answers.
  const bridge = runOf({ scores: [row('judge_score', other)], rows: answers(0.4) });
  const ends = async (text: string, runs: Readonly<Record<string, ScoredRun>>) => {
    const [found] = await checkGates(parseGate(text), candidate, async (name) => runs[name ?? '']);
    return [found!.status, found!.reason] as const;
  };
  expect(await ends('regression <= 0.2 against old', { old: baseline })).toEqual([
    'inconclusive',
    expect.stringMatching(/here judge\|b; two judges are compared over a bridge: `.* bridged by RUN`/),
  ]);
  const gate = 'regression <= 0.2 against old bridged by both';
  expect(await ends(gate, { old: baseline })).toEqual(['inconclusive', 'the bridge both does not exist yet']);
  expect(await ends(gate, { old: baseline, both: baseline })).toEqual([
    'inconclusive',
    expect.stringMatching(/^both is no bridge: llm_judge\.judge_score was scored by other settings/),
  ]);
  const [status, reason] = await ends(gate, { old: baseline, both: bridge });
  expect(status).toBe('passed');
  expect(reason).toMatch(/^llm_judge\.judge_score, this run − baseline: \+0\.05/);
});
