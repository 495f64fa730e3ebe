import type { HistoryPage } from '../../src/view-pages/history-page.ts';
import type { AuditedJudge, AuditPage } from '../../src/view-pages/judge-audit.ts';
import type { LivePage } from '../../src/view-pages/live-page.ts';
import type { EntryScore, RunEntry, RunsPage } from '../../src/view-pages/runs-page.ts';

export type ViewedPage = RunsPage | HistoryPage | LivePage;

const LONG = 'north-8b-preview-2026-08-rc2-with-a-very-long-name-that-nobody-ever-shortened-awq-int4-128k-context';

function scoreOf(key: string, model: string, value: number): EntryScore {
  return { key, model, n: 60, value, interval: [value - 0.1, value + 0.1], better: 'higher', range: [0, 1] };
}

/** Runs that finished, go on and were stopped, and one that cannot be read; every text of theirs is `text`. */
export function runsOf(text: string): RunsPage {
  const entry: RunEntry = {
    ...{ name: `1 ${text}`, title: text, tags: [text, `b ${text}`], note: text, isStarred: true, isArchived: false },
    ...{ createdAt: '2026-11-23T21:45:12.000Z', dataset: text, samples: 60, data: 'rows', models: [text] },
    ...{
      state: 'finished',
      done: 60,
      total: 60,
      lost: 3,
      tookMs: 88_000,
      cost: `at least ${text} 0.12`,
      scores: [scoreOf(text, text, 0.4)],
    },
  };
  const goesOn = { state: 'running', done: 21, tookMs: null, cost: null } as const;
  return {
    view: 'runs',
    runs: [
      { ...entry, ...goesOn, name: `4 ${text}`, isStarred: false, models: [text, `b ${text}`, `c ${text}`] },
      {
        ...entry,
        name: `3 ${text}`,
        isStarred: false,
        scores: [scoreOf(text, text, 0.3)],
        models: [text, `b ${text}`],
      },
      { ...entry, ...goesOn, state: 'stopped', name: `2 ${text}`, isStarred: false, title: '', scores: [] },
      entry,
    ],
    damaged: [{ name: `5 ${text}`, why: text }],
  };
}

/** Scores of two models over time; every text is `text`. */
export function historyOf(text: string): HistoryPage {
  const dot = (day: number, value: number) => ({
    ...{ run: `${day} ${text}`, title: day % 2 === 0 ? text : '', createdAt: `2026-11-${10 + day}T10:00:00.000Z` },
    ...{ value, interval: [value - 0.1, value + 0.1] as const, n: 60, data: day < 3 ? 'a' : 'b' },
    change: day === 2 ? ('worse' as const) : day === 4 ? ('better' as const) : null,
  });
  const points = [dot(1, 0.5), dot(2, 0.2), dot(3, 0.3), dot(4, 0.7)];
  const trend = {
    key: text,
    dataset: text,
    better: 'higher',
    range: [0, 1],
    isRescored: true,
    gates: [{ text, limit: 0.6 }],
  } as const;
  const kinds = ['data', 'config', 'model', 'commit'] as const;
  return {
    view: 'history',
    trends: [
      { ...trend, model: text, points },
      { ...trend, model: `b ${text}`, points },
    ],
    scores: [text, `b ${text}`],
    score: text,
    changes: points.map(({ run, title, createdAt }) => ({
      ...{ run, title, createdAt, dataset: text },
      what: kinds.map((kind) => ({ kind, text })),
    })),
  };
}

/** A run of three models that goes on; every text is `text`. */
export function liveOf(text: string, state: LivePage['state'] = 'running'): LivePage {
  const models = [0, 1, 2].map((at) => ({
    ...{ name: at === 0 ? text : `${at} ${text}`, total: 214, done: [92, 40, 0][at]! },
    states: [{ scored: 80, unscored: 6, failed: 4, timed_out: 2 }, { scored: 40 }, {}][at]!,
  }));
  const mean = (model: number, value: number) =>
    ({ model, n: 80, mean: value, interval: model === 1 ? null : ([value - 0.1, value + 0.1] as const) }) as const;
  const answer = { model: 0, sample: 1, input: text, output: text, reason: '', score: null } as const;
  return {
    view: 'live',
    ...{ run: `1 ${text}`, title: text, dataset: text, createdAt: '2026-11-23T21:45:12.000Z', state, models },
    scores: [
      { key: text, better: 'higher', range: [0, 1], models: [mean(0, 0.4), mean(1, 0.5)] },
      { key: `b.${text}`, better: 'lower', range: [0, null], models: [mean(0, 4.2)] },
    ],
    intervals: 'Whiskers are 95 % intervals that hold however often one looks.',
    losses: [
      { state: 'failed', code: 'RUNNER_FAILED', reason: text, count: 4, models: [0, 1], sample: 12 },
      { state: 'unscored', code: '', reason: text, count: 6, models: [0], sample: 17 },
    ],
    furtherLosses: 3,
    latest: [
      { ...answer, state: 'scored', score: { key: text, value: 0.25 } },
      { ...answer, model: 1, state: 'failed', output: '', reason: text },
      { ...answer, model: 2, sample: 2, state: 'unscored', reason: text },
    ],
    uncounted: 12,
    isStopping: false,
    resume: { command: text, refused: null },
    said: text,
  };
}

/** Pages that must have room at any width. */
export const VIEW_PAGES: readonly { readonly name: string; readonly page: ViewedPage }[] = [
  { name: 'runs', page: runsOf('nightly') },
  { name: 'runs with long names', page: runsOf(LONG) },
  { name: 'runs in Hebrew', page: runsOf('שלום עולם') },
  { name: 'no runs', page: { view: 'runs', runs: [], damaged: [] } },
  { name: 'live', page: liveOf('nightly') },
  { name: 'live, stopping', page: { ...liveOf('nightly'), isStopping: true, said: '' } },
  { name: 'live with long names', page: liveOf(LONG, 'stopped') },
  { name: 'live in Hebrew', page: liveOf('שלום עולם', 'finished') },
  {
    name: 'live, just begun',
    page: { ...liveOf('nightly'), scores: [], losses: [], furtherLosses: 0, latest: [], uncounted: 0, said: '' },
  },
  { name: 'history', page: historyOf('nightly') },
  { name: 'history with long names', page: historyOf(LONG) },
  { name: 'no history', page: { view: 'history', trends: [], scores: [], score: null, changes: [] } },
];

/** Judges of which one has all figures and one none, with pairs and panels; every text is `text`. */
export function auditOf(text: string): AuditPage {
  const figure = (value: number) => ({ value, n: 60, interval: [value - 0.2, value + 0.2] as const });
  const whole: AuditedJudge = {
    ...{ algorithm: text, judge: text, samples: 12_000, labelled: 60, usefulness: 'helps' },
    ...{ agreement: figure(0.7), bias: figure(-0.2), correlation: figure(0.4), first: figure(0.6) },
    ...{ flipped: figure(0.2), length: figure(0.1), selfPreference: figure(0.3), selfExcuse: figure(0.1) },
    unstable: figure(0.25),
  };
  const none = { agreement: null, bias: null, correlation: null, first: null, flipped: null, length: null };
  const empty = { ...whole, ...none, selfPreference: null, selfExcuse: null, unstable: null };
  const pair = { judges: [text, `b ${text}`], alike: figure(0.8), difference: figure(0) } as const;
  const panel = { algorithm: text, judges: [text, `b ${text}`], weights: [0.05, 2.94] };
  return {
    view: 'audit',
    audit: {
      ...{ run: text, agreement: 0.9, risk: 0.1 },
      judges: [whole, { ...empty, labelled: 0, usefulness: null }, { ...whole, usefulness: 'contradicts' }],
      pairs: [
        { ...pair, differ: 'judge' },
        { ...pair, differ: 'wording', alike: null },
      ],
      panels: [
        {
          ...panel,
          cascade: [
            { sureFrom: 0.8, trusted: 40, agreed: 39 },
            { sureFrom: 0, trusted: 20, agreed: 20 },
          ],
        },
        { ...panel, weights: null, cascade: [null, null] },
      ],
    },
  };
}

/** Audits that a page must have room for. */
export const AUDITS: readonly { readonly name: string; readonly page: AuditPage }[] = [
  { name: 'judges', page: auditOf('llm-judge') },
  { name: 'judges with long names', page: auditOf(LONG) },
  { name: 'judges in Hebrew', page: auditOf('שלום עולם') },
];
