import { rereadable } from '../results/read-rows.ts';
import type { SampleRow } from '../results/summary.ts';
import { gatherScores } from '../selection/model-scores.ts';
import { readOnce, ScoredRun } from '../selection/scored-run.ts';
import type { OpenedRun, RunSource } from './open-run.ts';
import { renameRun, renameScores, type ScoreNames } from './rename-scores.ts';
import { pairKeys, withKeys } from './sample-keys.ts';
import { recordedNames, scoreNames } from './score-names.ts';

/** Runs whose samples and scores go by the same names. */
export interface AlignedRuns {
  readonly runs: readonly ScoredRun[];
  /** What was done to make them meet, in words. */
  readonly notes: readonly string[];
}

/**
 * Runs of one tool meet by the digests of their samples and the names of their scores. Of different tools, samples meet by
 * the text that was asked where that pairs more of them than their digests do, and scores by the names that an imported run
 * has on record, else where only one algorithm has a score of that name.
 */
export async function alignRuns(sources: readonly RunSource[]): Promise<AlignedRuns> {
  const opened = await Promise.all(sources.map((source) => source.open()));
  const said = [...new Set(sources.flatMap(({ notes }) => notes))];
  const [first] = opened;
  const tools = sources.map(({ tool }) => tool);
  if (first === undefined || tools.every((tool) => tool === tools[0]))
    return { runs: opened.map((run) => scored(run, NO_NAMES)), notes: said };
  const named = opened.map(({ view }, at) => ({ tool: tools[at]!, manifest: view.manifest, summary: view.summary }));
  const names = named.map((each, at) => (tools[at] === tools[0] ? NO_NAMES : scoreNames(named[0]!, each)));
  const wanted = new Set(
    named.flatMap((each) => tools.flatMap((tool) => recordedNames(each, tool).map(([key]) => key))),
  );
  const kept = opened.map((run, at) => (tools[at] === 'assay' ? run : ofTasks(run, wanted)));
  const keys = await pairKeys(kept.map(({ view }) => view));
  const runs = kept.map(({ view, algorithms }, at) => scored({ view: withKeys(view, keys), algorithms }, names[at]!));
  const paired = keys === 'input' ? ['samples of different tools are paired by the text that was asked'] : [];
  return { runs, notes: [...said, ...paired] };
}

const NO_NAMES: ScoreNames = new Map();

function scored({ view, algorithms }: OpenedRun, names: ScoreNames): ScoredRun {
  const own = readOnce(async () => {
    const found = await gatherScores(view.rows, algorithms);
    return new Map([...found].map(([model, scores]) => [model, renameScores(scores, names)] as const));
  });
  return new ScoredRun(renameRun(view, names), own);
}

/**
 * The samples of the tasks that an imported run has on record, where there is one: a folder of outputs may hold others,
 * whose texts may be the same. What has no score at all stays.
 */
function ofTasks({ view, algorithms }: OpenedRun, wanted: ReadonlySet<string>): OpenedRun {
  if (wanted.size === 0) return { view, algorithms };
  const isWanted = ({ scores, statistics = {} }: SampleRow) => {
    const parts = Object.entries(statistics).flatMap(([task, own]) =>
      Object.keys(own).map((name) => `${task}.${name}`),
    );
    const keys = [...Object.keys(scores), ...parts];
    return keys.length === 0 || keys.some((key) => wanted.has(key));
  };
  const labels = new Set([...wanted].map((key) => key.slice(0, key.lastIndexOf('.'))));
  const summary = { ...view.summary, scores: view.summary.scores.filter(({ algorithm }) => labels.has(algorithm)) };
  return { view: { ...view, summary, rows: rereadable(() => filtered(view.rows, isWanted)) }, algorithms };
}

async function* filtered(
  rows: AsyncIterable<SampleRow>,
  isWanted: (row: SampleRow) => boolean,
): AsyncGenerator<SampleRow> {
  for await (const row of rows) if (isWanted(row)) yield row;
}
