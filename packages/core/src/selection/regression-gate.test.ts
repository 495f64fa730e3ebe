import { expect, test } from 'vitest';
import { parseGate } from '../config/parse-gate.ts';
import type { GateConfig } from '../config/schema/decision-config.ts';
import type { RunView, SampleRow, ScoreSummary, Summary } from '../results/summary.ts';
import { checkGates } from './check-gates.ts';
import { ScoredRun } from './scored-run.ts';

type Values = Readonly<Record<string, (index: number) => number | undefined>>;

/** Scores of 60 samples for each model; the first score of each algorithm is its primary one. */
function runOf(
  models: Readonly<Record<string, Values>>,
  changes: Partial<ScoreSummary> = {},
  model: Partial<Summary['models'][number]> = {},
): ScoredRun {
  const rows = Object.entries(models).flatMap(([name, values]) =>
    Array.from({ length: 60 }, (_, index) => {
      const scores = Object.entries(values).flatMap(([score, valueAt]) => {
        const value = valueAt(index);
        return value === undefined ? [] : [[score, value] as const];
      });
      const category = index % 2 === 0 ? 'even' : 'odd';
      return {
        model: name,
        index,
        digest: `${index}`,
        category,
        cluster: null,
        scores: Object.fromEntries(scores),
      } as SampleRow;
    }),
  );
  const scores = Object.entries(models).flatMap(([name, values]) =>
    Object.keys(values).map((key) => {
      const [algorithm, score] = key.split('.');
      const better = score === 'harm' ? 'lower' : 'higher';
      const spec = { range: [0, 1], better, kind: 'bounded', summary: '' };
      return {
        model: name,
        algorithm,
        score,
        category: null,
        from: 'mean',
        signature: 'v1',
        spec,
        ...changes,
      } as ScoreSummary;
    }),
  );
  const summary = { models: Object.keys(models).map((name) => ({ name, ...model })), scores } as unknown as Summary;
  return new ScoredRun({
    manifest: { configFile: 'c.yaml' } as RunView['manifest'],
    summary,
    rows: {
      async *[Symbol.asyncIterator]() {
        yield* rows;
      },
    },
  });
}

const ends = async (gate: GateConfig, run: ScoredRun, baseline: ScoredRun | undefined) =>
  (await checkGates(parseGate(gate), run, async () => baseline)).map(({ model, status, reason }) => [
    model,
    status,
    reason,
  ]);

const wave = (index: number) => 0.2 + ((index * 17) % 60) / 120;
const near = (index: number) => wave(index) + (index % 3) / 100;
const base = runOf({ m: { 'qa.f1': wave } });

test('without a baseline run, without its model or without scored samples a gate stays open', async () => {
  expect(await ends('regression', base, undefined)).toEqual([
    ['m', 'inconclusive', 'the baseline run BASELINE does not exist yet; create it with: assay run c.yaml -o BASELINE'],
  ]);
  const others = runOf({ x: { 'qa.f1': wave }, y: { 'qa.f1': wave } });
  expect(await ends('regression', base, others)).toEqual([['m', 'inconclusive', 'the baseline run has no such model']]);
  const unscored = runOf({ m: {} });
  expect(
    await ends(
      'regression',
      new ScoredRun(
        {
          ...unscored,
          summary: { ...unscored.summary, scores: base.summary.scores },
          rows: { async *[Symbol.asyncIterator]() {} },
        },
        async () => new Map(),
      ),
      base,
    ),
  ).toEqual([['m', 'inconclusive', 'no sample of the model was scored']]);
});

test('the model of the same name is the baseline; else the only one there is, by its name', async () => {
  const both = runOf({ x: { 'qa.f1': () => 0 }, m: { 'qa.f1': near } });
  expect((await ends('regression <= 0.1', base, both))[0]![2]).toContain('this run − baseline:');
  const only = runOf({ x: { 'qa.f1': near } });
  expect((await ends('regression <= 0.1', base, only))[0]).toEqual([
    'm',
    'passed',
    expect.stringContaining('this run − x:'),
  ]);
});

test('a loss within what is allowed passes, one beyond it fails, and what may be either stays open', async () => {
  const worse = runOf({ m: { 'qa.f1': (index) => wave(index) - 0.15 + (index % 5) / 200 } });
  const told = async (limit: string) => (await ends(`regression <= ${limit}`, worse, base))[0]!;
  expect(await told('0.4')).toEqual([
    'm',
    'passed',
    expect.stringMatching(/; not worse by more than 0.4, as required$/),
  ]);
  expect(await told('0.001')).toEqual([
    'm',
    'failed',
    expect.stringMatching(/; not worse by more than 0.001 required$/),
  ]);
  const [, status, reason] = await told('0.14');
  expect(status).toBe('inconclusive');
  expect(reason).toMatch(/; not worse by more than 0.14 required; a loss of 0\.\d+ cannot be excluded$/);
  const [, bare, why] = (
    await ends('regression', runOf({ m: { 'qa.f1': near } }), runOf({ m: { 'qa.f1': near } }))
  )[0]!;
  expect(bare).toBe('inconclusive');
  expect(why).toMatch(/say how much loss you accept/);
});

test('figures have a sign, a confidence and the number of samples; where lower is better a rise is the loss', async () => {
  const [m, status, reason] = (
    await ends({ max_regression: 0.1, confidence: 0.9 }, runOf({ m: { 'qa.f1': near } }), base)
  )[0]!;
  expect([m, status]).toEqual(['m', 'passed']);
  expect(reason).toMatch(
    /^qa\.f1, this run − baseline: \+0\.010 \(90 % interval [+−]0\.\d{3} … \+0\.\d{3}\) on 60 samples; /,
  );
  const harm = (valueAt: (index: number) => number) => runOf({ m: { 'tox.harm': valueAt } });
  const up = harm((index) => wave(index) + 0.3);
  expect((await ends('regression <= 0.1', up, harm(wave)))[0]![1]).toBe('failed');
  expect((await ends('regression <= 0.1', harm(wave), up))[0]![1]).toBe('passed');
});

test('a gate holds one category alone against itself', async () => {
  const split = runOf({ m: { 'qa.f1': (index) => (index % 2 === 0 ? wave(index) : 0) } });
  const gate = (category: string) => ({ score: 'qa.f1', max_regression: 0.2, category });
  const even = (await ends(gate('even'), split, base))[0]!;
  expect(even[1]).toBe('passed');
  expect(even[2]).toContain('on 30 samples in even;');
  expect((await ends(gate('odd'), split, base))[0]![1]).toBe('failed');
  expect((await ends(gate('none'), split, base))[0]).toEqual([
    'm',
    'inconclusive',
    'no sample in none has qa.f1 in both runs',
  ]);
});

test('a named score must be there on both sides; without a name the primary ones are looked at', async () => {
  const two = { 'qa.f1': near, 'qa.em': wave, 'tox.harm': wave };
  const run = runOf({ m: two });
  expect((await ends('regression <= 0.1', run, run)).map(([, , reason]) => String(reason).split(',')[0])).toEqual([
    'qa.f1',
    'tox.harm',
  ]);
  expect((await ends({ score: 'qa.em', max_regression: 0.1 }, run, run)).map(([, status]) => status)).toEqual([
    'passed',
  ]);
  expect(await ends({ score: 'qa.em', max_regression: 0.1 }, run, base)).toEqual([
    ['m', 'inconclusive', 'the baseline run has no qa.em'],
  ]);
  expect((await ends('regression <= 0.1', run, base)).map(([, , reason]) => String(reason).split(',')[0])).toEqual([
    'qa.f1',
  ]);
  expect(await ends({ score: 'qa.x', max_regression: 0.1 }, run, run)).toEqual([
    ['m', 'inconclusive', 'the run has no qa.x that can be compared'],
  ]);
  const narrowed = await checkGates(parseGate('regression <= 0.1'), run, async () => run, {
    scores: new Set(['qa.em']),
  });
  expect(narrowed.map(({ reason }) => reason.split(',')[0])).toEqual(['qa.em']);
});

test('too few samples to compare are counted', async () => {
  const one = runOf({ m: { 'qa.f1': (index) => (index === 0 ? 0.5 : undefined) } });
  const [, status, reason] = (await ends('regression <= 0.1', one, one))[0]!;
  expect(status).toBe('inconclusive');
  expect(reason).toMatch(/too few samples to compare \(n 1\)|cannot be excluded/);
  const outside = runOf({ m: { 'qa.f1': (index) => (index === 7 ? 1.5 : wave(index)) } });
  expect(await ends('regression <= 0.1', outside, base)).toEqual([
    ['m', 'inconclusive', 'qa.f1: a score lies outside its range (n 60)'],
  ]);
});

test('other settings and another ideal are told', async () => {
  const changed = runOf({ m: { 'qa.f1': near } }, { signature: 'v2' });
  expect((await ends('regression <= 0.1', changed, base))[0]).toEqual([
    'm',
    'inconclusive',
    'qa.f1 was scored by other settings in the baseline: v1, here v2',
  ]);
  const spec = { range: [0, 1], better: { target: 0.5 }, kind: 'bounded', summary: '' } as const;
  const ideal = (valueAt: (index: number) => number) => runOf({ m: { 'qa.f1': valueAt } }, { spec });
  const far = (
    await ends(
      'regression <= 0.1',
      ideal(() => 0.05),
      ideal(() => 0.45),
    )
  )[0]!;
  expect(far[1]).toBe('failed');
  expect(far[2]).toMatch(/^qa\.f1 \(distance from 0\.5\), this run/);
  const closer = (
    await ends(
      'regression <= 0.1',
      ideal(() => 0.45),
      ideal(() => 0.05),
    )
  )[0]!;
  expect(closer[1]).toBe('passed');
});

test('without a limit a gate allows the score’s own margin', async () => {
  const spec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '', margin: 0.1 } as const;
  const own = runOf({ m: { 'qa.f1': near } }, { spec });
  expect((await ends('regression', own, own))[0]![2]).toContain('not worse by more than 0.1, as required');
});
