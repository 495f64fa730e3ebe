import type { RunView, SampleRow, SampleState } from '@assay/core';
import type { ReportOptions } from '../../src/formats/report-options.ts';
import { makeRun, surprising, withScore } from '../make-run.ts';

export interface LayoutRun {
  readonly name: string;
  readonly run: () => RunView;
  readonly options?: ReportOptions;
}

const LONG = 'north-8b-preview-2026-08-rc2-with-a-very-long-name-that-nobody-ever-shortened-awq-int4-128k-context';

/** Four scores, and as many again for each further time, each with values of its own. */
export function manyScores(times: number): RunView {
  const spread = (row: SampleRow): SampleRow => ({
    ...row,
    scores: Object.fromEntries(
      Object.entries(row.scores).flatMap(([key, value]) =>
        Array.from({ length: times }, (_, i) => [
          key.replace('.', `_${i}.`),
          (value * (7 + i) + row.index * i * 0.13) % 1,
        ]),
      ),
    ),
  });
  const run = makeRun({ samples: 60, robustness: false, alter: spread });
  const named = <T extends { readonly algorithm: string }>(all: readonly T[]) =>
    all.flatMap((each) => Array.from({ length: times }, (_, i) => ({ ...each, algorithm: `${each.algorithm}_${i}` })));
  const { summary } = run;
  return { ...run, summary: { ...summary, scores: named(summary.scores), comparisons: named(summary.comparisons) } };
}

/** Every answer failed: nothing is scored. */
function allFailed(): RunView {
  const failed = (row: SampleRow): SampleRow => ({
    ...row,
    ...{ state: 'failed', output: null, scores: {}, unscored: {}, variants: {} },
    error: 'RUNNER_FAILED HTTP 401 from the first answer on: the key of the endpoint is not known',
  });
  const run = makeRun({ samples: 40, alter: failed });
  const { summary } = run;
  const none = Object.fromEntries(Object.keys(summary.models[0]!.states).map((state) => [state, 0]));
  const states = { ...none, failed: 40 } as Record<SampleState, number>;
  return {
    ...run,
    summary: {
      ...summary,
      models: summary.models.map((model) => ({ ...model, states, newTokens: 0 })),
      scores: summary.scores
        .filter(({ category }) => category === null)
        .map((score) => ({ ...score, n: 0, value: null, interval: null, histogram: null })),
      comparisons: [],
      timing: { ...summary.timing, latencyMs: {}, newTokensPerSecond: {} },
    },
  };
}

/** A judge's scores, some of which it could not give. */
function judged(): RunView {
  const said = (row: SampleRow, by: string) => ({
    ...{ by, about: 'Names the thing', reason: 'It names another one.', sureness: 0.6, score: row.index % 2 },
    ...(row.index % 2 === 0 ? { holds: 'no', said: ['no', 'yes'] } : { holds: 'yes', said: ['yes'] }),
  });
  const unsure = (row: SampleRow): SampleRow =>
    row.index % 4 > 0
      ? { ...row, remarks: { rubric: [said(row, 'north-8b-judge'), said({ ...row, index: row.index >> 1 }, LONG)] } }
      : { ...row, state: 'unscored', scores: {}, unscored: { qa_accuracy: 'judge_disagreement' } };
  const run = makeRun({ samples: 80, robustness: false, alter: unsure });
  const { summary } = run;
  return {
    ...run,
    summary: {
      ...summary,
      scores: summary.scores.map((score) => ({ ...score, unscored: { judge_disagreement: 20 } })),
      comparisons: summary.comparisons.map((pair) => ({
        ...pair,
        ...{ margin: 0.02, verdict: 'equivalent' as const },
        leftOut: { onlyBaseline: 0, onlyCandidate: 0, unscoredBaseline: 20, unscoredCandidate: 20 },
      })),
    },
  };
}

/** A page of a run of a million rows, of which it lists a few that were drawn. */
function million(): RunView {
  const run = makeRun({ samples: 200 });
  const { summary } = run;
  const states = { ...summary.models[0]!.states, scored: 499_000, failed: 1_000 };
  return {
    ...run,
    share: 0.0004,
    summary: {
      ...summary,
      dataset: { ...summary.dataset, samples: 500_000 },
      models: summary.models.map((model) => ({ ...model, states, newTokens: 123_456_789, promptTokens: 987_654_321 })),
      scores: summary.scores.map((score) => ({ ...score, n: 499_000 })),
      comparisons: summary.comparisons.map((pair) => ({ ...pair, n: 498_000 })),
    },
  };
}

const perturbed = (probability: number) =>
  `perturb:butter_finger(probability=${probability})|n:5|rng:sample|deltas:scored`;

/** Robustness under three strengths of one disturbance: the same algorithm by three names. */
export function disturbed(models?: readonly string[]): RunView {
  const run = makeRun({ samples: 120, ...(models !== undefined && { models: [...models] }) });
  const { summary } = run;
  const isRobust = ({ algorithm }: { readonly algorithm: string }) => algorithm.endsWith('_robustness');
  const strengths = [0.05, 0.1, 0.4].map((probability, at) =>
    summary.scores.filter(isRobust).map((score) => {
      const grown = (value: number) => (score.score.startsWith('delta_') ? value * (1 + at * 0.8) : value);
      return {
        ...score,
        algorithm: `${score.algorithm}_${at}`,
        value: score.value === null ? null : grown(score.value),
        interval: score.interval === null ? null : ([grown(score.interval[0]), grown(score.interval[1])] as const),
        signature: `qa_accuracy|v1|${perturbed(probability)}`,
      };
    }),
  );
  const scores = [...summary.scores.filter((each) => !isRobust(each)), ...strengths.flat()];
  return { ...run, summary: { ...summary, scores } };
}

/** Sides of other runs, as the viewer compares them, and one that is not among them. */
export function compared(text: string, days = ['Monday', 'Tuesday']): LayoutRun {
  const models = days.map((day) => `${text} (nightly of ${day})`);
  const sides = [...models, `another ${text}`].map((label, at) => ({
    value: JSON.stringify([`${at} ${text}`, text]),
    label: `${label}, 2026-11-23`,
  }));
  const note = `12 rows of ${text} are in one of the two alone, and 3 rows have another target: they are in no comparison.`;
  return {
    name: 'a comparison',
    run: () => makeRun({ models, samples: 90, robustness: false }),
    options: {
      choices: {
        ...{ sides, baseline: sides[0]!.value, most: 7 },
        candidates: sides.slice(1, models.length).map(({ value }) => ({
          ...{ value, differs: [text, `seed (7 and 8) of ${text}`], same: ['data', 'scores'] },
        })),
      },
      notes: [note, `Drift: ${text} has longer inputs than before (p = 0.012).`],
    },
  };
}

/** What people say of two samples. */
export function noted(text: string): ReportOptions['sampleNotes'] {
  return [
    { sample: 0, digest: '00ff', note: text, labels: [text.slice(0, 60), 'ask Ann'] },
    { sample: 3, digest: '00ff', note: '', labels: ['wrong reference'] },
  ];
}

const arms = ['north', 'heron', 'alder', 'meridian'].flatMap((model) => [`${model} / plain`, `${model} / cite first`]);

/** Runs that a page must have room for. */
export const LAYOUT_RUNS: readonly LayoutRun[] = [
  { name: 'unscored samples, gates and a choice', run: () => makeRun(), options: decided() },
  { name: 'long names', run: () => makeRun({ models: [LONG, LONG.replaceAll('-', ''), `שלום ${LONG}`], samples: 40 }) },
  { name: 'one model', run: () => makeRun({ models: ['SmolLM2-135M-Instruct'], samples: 60 }) },
  { name: 'eight models', run: () => makeRun({ models: arms, samples: 60 }) },
  { name: 'twenty scores', run: () => manyScores(5) },
  { name: 'a judge', run: judged },
  { name: 'all failed', run: allFailed },
  { name: 'a million rows', run: million },
  {
    name: 'robustness over strengths, noted samples',
    run: () => disturbed(),
    options: { sampleNotes: noted(LONG) ?? [] },
  },
  {
    name: 'least likely texts of long names',
    run: () =>
      withScore(makeRun({ models: [LONG, 'b'], samples: 30, alter: surprising }), 'perplexity', 'bits_per_byte'),
  },
  { name: 'robustness of long names', run: () => disturbed([LONG, `b ${LONG}`]) },
  compared('SmolLM2-135M-Instruct'),
  { ...compared(LONG), name: 'a comparison of long names' },
  { ...compared('north-8b', ['Monday', 'Tuesday', 'Wednesday', 'Friday']), name: 'a comparison of four sides' },
  { ...compared(LONG, ['Monday', 'Tuesday', 'Wednesday']), name: 'a comparison of three long names' },
];

function decided(): ReportOptions {
  const reason = 'the lower end of its interval is 0.413, and 0.6 was asked for';
  return {
    gates: [
      { name: 'qa_accuracy.f1_score lower bound >= 0.6', status: 'failed', reason },
      { name: 'failed <= 9', status: 'passed', reason: '5 failed' },
    ],
    chosen: { model: 'SmolLM2-360M-Instruct', reason: 'better beyond what chance explains', ranks: [] },
    notes: ['The two were scored by different settings of `qa_accuracy`: see What was run.'],
  };
}
