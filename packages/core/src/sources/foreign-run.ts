import { hash } from 'node:crypto';
import type { Aggregate, ScoreOutcome, ScoreSpec } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { TEXT_LIMITS } from '../algorithms/text-limits.ts';
import { Accumulator } from '../results/accumulator.ts';
import { rereadable } from '../results/read-rows.ts';
import { summariseModel } from '../results/summarise.ts';
import type { RunView, SampleRow } from '../results/summary.ts';

export type ForeignTool = 'lm-eval' | 'inspect' | 'promptfoo';

/** What another tool's files hold, in the shape of our rows. */
export interface ForeignOutput {
  readonly tool: ForeignTool;
  /** Names the run: the file or folder. */
  readonly name: string;
  readonly dataset: string;
  readonly rows: readonly SampleRow[];
  /** Scores, as `algorithm.score`, of which less is better. */
  readonly lowerIsBetter: ReadonlySet<string>;
  /** By algorithm: scores over all samples, of which rows hold the parts in `statistics`. @default none */
  readonly aggregates?: Readonly<Record<string, Readonly<Record<string, Aggregate>>>>;
  /** What the files hold that samples cannot be compared by, in words. */
  readonly notes: readonly string[];
}

/** Another tool's output as a run of ours, with the algorithms that its scores stand for. */
export interface ForeignRun {
  readonly view: RunView;
  readonly algorithms: readonly AlgorithmInstance[];
}

/** Another tool's output as a run of ours: its scores are summed up and given intervals as ours are. */
export function foreignRun({ tool, name, dataset, rows, lowerIsBetter, aggregates = {} }: ForeignOutput): ForeignRun {
  const instances = instancesOf(rows, lowerIsBetter, tool, aggregates);
  const models = [...new Set(rows.map(({ model }) => model))];
  const samples = new Set(rows.map(({ index }) => index)).size;
  const summaries = models.map((model) => {
    const accumulator = new Accumulator(instances);
    for (const row of rows) if (row.model === model) accumulator.add(recordOf(row));
    return summariseModel(model, tool, accumulator, instances);
  });
  const epoch = new Date(0).toISOString();
  const view: RunView = {
    manifest: {
      format: 1,
      run: name,
      createdAt: epoch,
      command: [],
      configFile: '',
      configText: '',
      configDigest: hash('sha256', `${tool}\n${name}`, 'hex'),
      dataset: { name: dataset, files: [], samples },
      models: models.map((model) => ({ name: model, runner: tool })),
      algorithms: instances.map(({ label, signature }) => ({ name: label, signature })),
      seed: 0,
      versions: {},
      platform: tool,
      commit: null,
    },
    summary: {
      format: 1,
      run: name,
      dataset: { name: dataset, samples, badRows: 0 },
      seed: 0,
      models: summaries.map(({ model }) => model),
      scores: summaries.flatMap(({ scores }) => scores),
      comparisons: [],
      timing: { startedAt: epoch, endedAt: epoch, elapsedMs: 0, latencyMs: {}, newTokensPerSecond: {} },
    },
    rows: rereadable(() => stream(rows)),
  };
  return { view, algorithms: instances };
}

async function* stream(rows: readonly SampleRow[]): AsyncGenerator<SampleRow> {
  yield* rows;
}

function recordOf(row: SampleRow): Parameters<Accumulator['add']>[0] {
  const scores = new Map<string, Record<string, number>>();
  for (const [key, value] of Object.entries(row.scores)) {
    const [algorithm, score] = splitKey(key);
    scores.set(algorithm, { ...scores.get(algorithm), [score]: value });
  }
  const outcomes: Record<string, ScoreOutcome> = {};
  for (const [algorithm, reason] of Object.entries(row.unscored)) outcomes[algorithm] = { unscored: reason };
  for (const algorithm of new Set([...scores.keys(), ...Object.keys(row.statistics ?? {})])) {
    const statistics = row.statistics?.[algorithm];
    outcomes[algorithm] = {
      scores: scores.get(algorithm) ?? {},
      ...(statistics === undefined ? {} : { statistics }),
    };
  }
  return {
    kind: 'sample',
    model: row.model,
    sample: row.index,
    digest: row.digest,
    state: row.state,
    ...(row.category === null ? {} : { category: row.category }),
    outcomes,
  };
}

/** Every score that a row has, with what can be known of it: 0 and 1 alone make a binary one. */
function instancesOf(
  rows: readonly SampleRow[],
  lower: ReadonlySet<string>,
  tool: string,
  aggregates: NonNullable<ForeignOutput['aggregates']>,
): AlgorithmInstance[] {
  const values = new Map<string, number[]>();
  for (const { scores } of rows) {
    for (const [key, value] of Object.entries(scores)) {
      const own = values.get(key) ?? [];
      if (own.length === 0) values.set(key, own);
      own.push(value);
    }
  }
  const specs = new Map<string, Record<string, ScoreSpec>>();
  for (const [key, own] of values) {
    const [algorithm, score] = splitKey(key);
    const known = specs.get(algorithm) ?? {};
    specs.set(algorithm, { ...known, [score]: specOf(own, lower.has(key), `${score}, as ${tool} gives it.`) });
  }
  return [...new Set([...specs.keys(), ...Object.keys(aggregates)])].map(
    (label): AlgorithmInstance => ({
      label,
      algorithm: { name: label } as AlgorithmInstance['algorithm'],
      options: {},
      scores: specs.get(label) ?? {},
      aggregates: aggregates[label] ?? {},
      // Other tools do not say what their scores depend on.
      signature: '',
      helpers: [],
      limits: TEXT_LIMITS,
    }),
  );
}

function specOf(values: readonly number[], lower: boolean, summary: string): ScoreSpec {
  const better = lower ? 'lower' : 'higher';
  if (values.every((value) => value === 0 || value === 1)) return { range: [0, 1], better, kind: 'binary', summary };
  if (values.every((value) => value >= 0 && value <= 1)) return { range: [0, 1], better, kind: 'bounded', summary };
  return { range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], better, kind: 'real', summary };
}

/** At the last dot before the score, which has none. */
function splitKey(key: string): [algorithm: string, score: string] {
  const at = key.lastIndexOf('.');
  return [key.slice(0, at), key.slice(at + 1)];
}
