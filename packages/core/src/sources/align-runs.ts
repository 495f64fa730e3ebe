import type { RunView, SampleRow, ScoreSummary } from '../results/summary.ts';
import { digestOfText } from './foreign-row.ts';
import type { RunSource } from './open-run.ts';

/** The same score under another tool's name. */
const SAME: Readonly<Record<string, string>> = { acc: 'accuracy', pass: 'all_assertions', score: 'assertions_passed' };

/** Runs whose samples and scores go by the same names. */
export interface AlignedRuns {
  readonly runs: readonly RunView[];
  /** What was done to make them meet, in words. */
  readonly notes: readonly string[];
}

/**
 * Runs of one tool meet by the digests of their samples and the names of their scores. Of different tools, samples without
 * a common digest meet by the text that was asked, and scores by the first run's name where only one algorithm has it.
 */
export async function alignRuns(sources: readonly RunSource[]): Promise<AlignedRuns> {
  const opened = await Promise.all(sources.map((source) => source.open()));
  const said = [...new Set(sources.flatMap(({ notes }) => notes))];
  const [first] = sources;
  if (first === undefined || sources.every(({ tool }) => tool === first.tool)) return { runs: opened, notes: said };
  const runs = opened.map((run, at) => {
    if (sources[at]!.tool === first.tool) return run;
    return { ...run, ...rename(run, scoreNames(opened[0]!.summary.scores, run.summary.scores)) };
  });
  if (await shareDigests(sources)) return { runs, notes: said };
  return {
    runs: runs.map((run) => ({ ...run, rows: byInput(run.rows) })),
    notes: [...said, 'samples of different tools are paired by the text that was asked'],
  };
}

/** Candidate's `algorithm.score` → baseline's, where a score of that name is the only one on both sides. */
function scoreNames(
  baseline: readonly ScoreSummary[],
  candidate: readonly ScoreSummary[],
): ReadonlyMap<string, string> {
  const own = byScore(baseline);
  const found = new Map<string, string>();
  for (const [score, keys] of byScore(candidate)) {
    const there = own.get(score);
    if (keys.size === 1 && there?.size === 1) found.set([...keys][0]!, [...there][0]!);
  }
  return found;
}

function byScore(scores: readonly ScoreSummary[]): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { algorithm, score, from } of scores) {
    if (from !== 'mean') continue;
    const name = SAME[score] ?? score;
    keys.set(name, (keys.get(name) ?? new Set()).add(`${algorithm}.${score}`));
  }
  return keys;
}

function rename({ summary, rows }: RunView, names: ReadonlyMap<string, string>): Pick<RunView, 'summary' | 'rows'> {
  const scores = summary.scores.map((row) => {
    const name = names.get(`${row.algorithm}.${row.score}`);
    if (name === undefined) return row;
    const at = name.lastIndexOf('.');
    return { ...row, algorithm: name.slice(0, at), score: name.slice(at + 1) };
  });
  return { summary: { ...summary, scores }, rows: renamedRows(rows, names) };
}

async function* renamedRows(
  rows: AsyncIterable<SampleRow>,
  names: ReadonlyMap<string, string>,
): AsyncGenerator<SampleRow> {
  for await (const row of rows) {
    const scores = Object.entries(row.scores).map(([key, value]) => [names.get(key) ?? key, value] as const);
    yield { ...row, scores: Object.fromEntries(scores) };
  }
}

async function* byInput(rows: AsyncIterable<SampleRow>): AsyncGenerator<SampleRow> {
  for await (const row of rows) yield { ...row, digest: digestOfText(row.input) };
}

/** Whether each run has a digest that the first has too. */
async function shareDigests([first, ...others]: readonly RunSource[]): Promise<boolean> {
  const seen = new Set<string>();
  for await (const { digest } of (await first!.open()).rows) seen.add(digest);
  for (const other of others) if (!(await hasOne(other, seen))) return false;
  return true;
}

async function hasOne(source: RunSource, digests: ReadonlySet<string>): Promise<boolean> {
  for await (const { digest } of (await source.open()).rows) if (digests.has(digest)) return true;
  return false;
}
