import { boundedMean, type Interval, type JudgeUsefulness, judgeUsefulness, Moments, pearson } from '@assay/metrics';
import type { JudgedRow, RunJudge } from './judged-rows.ts';

/** A figure over n samples with its interval at 95 %. */
export interface AuditFigure {
  readonly value: number;
  readonly n: number;
  readonly interval: Interval;
}

/** A correlation, which has no interval here but a test. */
export interface AuditCorrelation {
  readonly value: number;
  readonly n: number;
  readonly pvalue: number;
}

/** What a run shows of one judge. null where it shows nothing. */
export interface JudgeFigures {
  readonly algorithm: string;
  readonly judge: string;
  readonly samples: number;
  readonly labelled: number;
  /** Share of the labels that it repeats; not of checklists, whose words are others. */
  readonly agreement: AuditFigure | null;
  /** Mean of judge − label, in [−1, 1]: above 0 it is too kind. */
  readonly bias: AuditFigure | null;
  readonly correlation: AuditCorrelation | null;
  readonly usefulness: JudgeUsefulness['verdict'] | null;
  /** Share of replies that pick what stood first; 0.5 is no preference. Of comparisons, and of two labels. */
  readonly first: AuditFigure | null;
  /** Share of samples on which the order changed its mind. */
  readonly flipped: AuditFigure | null;
  /** Correlation of an output's length (as a logarithm) with judge − label: above 0 it likes length more than people do. */
  readonly length: AuditCorrelation | null;
  /** Mean of judge − label on answers of the judge's own model, and on others. */
  readonly own: AuditFigure | null;
  readonly others: AuditFigure | null;
  /** Share of samples on which repeats in one order differ. */
  readonly unstable: AuditFigure | null;
}

/** @param ownModels names under which the judge's own model may stand in the run */
export function judgeFigures(judge: RunJudge, orders: number, ownModels: ReadonlySet<string>): JudgeFigures {
  const { rows, values, instance } = judge;
  const labelled = rows.filter(isLabelled);
  const residual = ({ score, label }: Labelled) => score - label;
  const isOwn = ({ model }: JudgedRow) => ownModels.has(model);
  const [low, high] = [Math.min(...Object.values(values)), Math.max(...Object.values(values))];
  const hasWords = rows.every(({ holds }) => holds.length === 1 && Object.hasOwn(values, holds[0]!));
  const repeats = (rows[0]?.said[0]?.length ?? 0) / orders;
  const hasOwn = labelled.some(isOwn) && !labelled.every(isOwn);
  return {
    algorithm: judge.algorithm,
    judge: judge.judge,
    samples: rows.length,
    labelled: labelled.length,
    agreement: hasWords
      ? figure(
          labelled.map(({ holds, label }) =>
            Number(Math.abs((values[holds[0]!]! - low) / (high - low) - label) < 1e-9),
          ),
        )
      : null,
    bias: figure(labelled.map(residual), [-1, 1]),
    correlation: correlationOf(labelled.map(({ score, label }) => [score, label])),
    usefulness:
      judgeUsefulness(
        labelled.map(({ label }) => label),
        labelled.map(({ score }) => score),
      )?.verdict ?? null,
    first: orders === 2 ? firstShare(rows, firstWords(instance.options, Object.keys(values))) : null,
    flipped: orders === 2 ? figure(rows.map(({ said }) => Number(said.some((words) => isSplit(words, 2))))) : null,
    length: correlationOf(labelled.map((row) => [Math.log1p(row.length), residual(row)])),
    own: hasOwn ? figure(labelled.filter(isOwn).map(residual), [-1, 1]) : null,
    others: hasOwn ? figure(labelled.filter((row) => !isOwn(row)).map(residual), [-1, 1]) : null,
    unstable:
      repeats > 1 ? figure(rows.map(({ said }) => Number(said.some((words) => differsWithin(words, orders))))) : null,
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
  const shares = rows.flatMap(({ said }): number[] => {
    const picks = said.flatMap((replies) =>
      replies.flatMap((word, at) => {
        if (!words.includes(word)) return [];
        return [Number(word === words[at < replies.length / 2 ? 0 : 1])];
      }),
    );
    return picks.length === 0 ? [] : [mean(picks)];
  });
  return figure(shares);
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

export function figure(values: readonly number[], range: readonly [number, number] = [0, 1]): AuditFigure | null {
  const found = boundedMean(Moments.of(values), range);
  return found === null ? null : { value: found.mean, n: found.n, interval: found.interval() };
}

function correlationOf(pairs: readonly (readonly [number, number])[]): AuditCorrelation | null {
  if (pairs.length < 3) return null;
  const { coefficient: value, pvalue } = pearson(
    pairs.map(([x]) => x),
    pairs.map(([, y]) => y),
  );
  return Number.isNaN(value) ? null : { value, n: pairs.length, pvalue };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
