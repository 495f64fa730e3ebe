import {
  boundedMean,
  corpusEstimate,
  correlationRow,
  correlationScore,
  judgeUsefulness,
  Moments,
  momentsByKey,
} from '@assay/metrics';
import type { AuditedJudge, AuditFigure } from '@assay/report';
import type { JudgedRow, RunJudge } from './judged-rows.ts';
import { selfPreference } from './self-preference.ts';

/** What a run shows of one judge. @param ownModels names under which the judge's own model may stand in the run */
export function judgeFigures(judge: RunJudge, orders: number, ownModels: ReadonlySet<string>): AuditedJudge {
  const { rows, values, instance } = judge;
  const labelled = rows.filter(isLabelled);
  const repeats = (rows[0]?.said[0]?.length ?? 0) / orders;
  const words = firstWords(instance.options, Object.keys(values));
  return {
    algorithm: judge.algorithm,
    judge: judge.judge,
    samples: rows.length,
    labelled: labelled.length,
    ...labelFigures(labelled, values),
    first: orders === 2 ? firstShare(rows, words) : null,
    flipped: orders === 2 ? share(rows, ({ said }) => said.some((replies) => isSplit(replies, 2))) : null,
    ...selfPreference(judge, ownModels),
    unstable: repeats > 1 ? share(rows, ({ said }) => said.some((replies) => differsWithin(replies, orders))) : null,
  };
}

/** What only labels show. */
function labelFigures(labelled: readonly Labelled[], values: RunJudge['values']) {
  const residual = ({ score, label }: Labelled) => score - label;
  const [low, high] = [Math.min(...Object.values(values)), Math.max(...Object.values(values))];
  const hasWords = labelled.every(({ holds }) => holds.length === 1 && Object.hasOwn(values, holds[0]!));
  const repeatsLabel = ({ holds, label }: Labelled) =>
    Math.abs((values[holds[0]!]! - low) / (high - low) - label) < 1e-9;
  const found = judgeUsefulness(
    labelled.map(({ label }) => label),
    labelled.map(({ score }) => score),
  );
  return {
    usefulness: found?.verdict ?? null,
    agreement: hasWords ? share(labelled, repeatsLabel) : null,
    bias: figure(labelled, residual, [-1, 1]),
    correlation: correlationOf(
      labelled,
      ({ score }) => score,
      ({ label }) => label,
    ),
    length: correlationOf(labelled, ({ length }) => Math.log1p(length), residual),
  };
}

type Labelled = JudgedRow & { readonly label: number };

function isLabelled(row: JudgedRow): row is Labelled {
  return row.label !== undefined;
}

/** What means "the one that stood first" in the first order, and in the swapped one; undefined of more than two labels. */
function firstWords(options: unknown, words: readonly string[]): readonly [string, string] | undefined {
  const { mode } = options as { readonly mode?: string };
  if (mode === 'compare') return ['output', 'reference'];
  if (mode === 'checklist') return ['yes', 'no'];
  return words.length === 2 ? [words[0]!, words[1]!] : undefined;
}

function firstShare(rows: readonly JudgedRow[], words: readonly [string, string] | undefined): AuditFigure | null {
  if (words === undefined) return null;
  const picking = rows.flatMap((row) => {
    const picks = row.said.flatMap((replies) =>
      replies.flatMap((word, at) => {
        if (!words.includes(word)) return [];
        return [Number(word === words[at < replies.length / 2 ? 0 : 1])];
      }),
    );
    return picks.length === 0 ? [] : [{ sample: row.sample, first: mean(picks) }];
  });
  return figure(picking, ({ first }) => first);
}

/** Whether the most frequent word of each order differs. */
function isSplit(words: readonly string[], orders: number): boolean {
  return new Set(parts(words, orders).map(mostFrequent)).size > 1;
}

function differsWithin(words: readonly string[], orders: number): boolean {
  return parts(words, orders).some((own) => new Set(own).size > 1);
}

function parts(words: readonly string[], orders: number): (readonly string[])[] {
  const size = words.length / orders;
  return Array.from({ length: orders }, (_, at) => words.slice(at * size, (at + 1) * size));
}

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Outputs of one sample, of several models, depend on one another. */
interface OfSample {
  readonly sample: string;
}

/** The mean of a bounded value over outputs. */
export function figure<Row extends OfSample>(
  rows: readonly Row[],
  value: (row: Row) => number,
  range: readonly [number, number] = [0, 1],
): AuditFigure | null {
  const values = rows.map(value);
  const clusters = momentsByKey(
    values,
    rows.map(({ sample }) => sample),
  );
  const found = boundedMean(Moments.of(values), range, clusters);
  return found === null ? null : { value: found.mean, n: found.n, interval: found.interval() };
}

export function share<Row extends OfSample>(rows: readonly Row[], holds: (row: Row) => boolean): AuditFigure | null {
  return figure(rows, (row) => Number(holds(row)));
}

/** null where one of the two never changes. */
function correlationOf<Row extends OfSample>(
  rows: readonly Row[],
  one: (row: Row) => number,
  other: (row: Row) => number,
): AuditFigure | null {
  const [meanOne, meanOther] = [mean(rows.map(one)), mean(rows.map(other))];
  const score = correlationScore();
  const clusters = new Map<string, { row: Float64Array; size: number }>();
  for (const each of rows) {
    const row = correlationRow(one(each) - meanOne, other(each) - meanOther);
    const known = clusters.get(each.sample);
    const sum = known === undefined ? row : row.map((value, at) => value + known.row[at]!);
    clusters.set(each.sample, { row: sum, size: (known?.size ?? 0) + 1 });
  }
  const sums = [...clusters.values()];
  if (sums.length < 3) return null;
  const value = score.statistic(sums.map(({ row }) => row).reduce((a, b) => a.map((x, at) => x + b[at]!)));
  const found = Number.isFinite(value) ? corpusEstimate(sums, score, value) : null;
  return found === null ? null : { value, n: rows.length, interval: found.interval() };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
