import { canonicalAlgorithmName } from '../config/algorithm-name.ts';
import type { SelectionConfig } from '../config/schema/decision-config.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import type { ScoreSummary, Summary } from '../results/summary.ts';
import type { ComparableScore } from './comparable-scores.ts';
import type { PrepareColumns } from './compare-columns.ts';
import { correctedRow } from './corrected-row.ts';

/** What models are chosen by: one score, one weighted sum of scores, or several scores at once (Pareto). */
export interface Objectives {
  /** In words: `a.s`, `0.7 × a.s + 0.3 × b.t`, `a.s and b.t`. */
  readonly name: string;
  readonly scores: readonly ComparableScore[];
  /** Whether any of them has values of single samples, which a test can pair. */
  readonly isPaired: boolean;
  /** Value of each of `scores` for a model; null where it has none. */
  figureOf(model: string, at: number): number | null;
  /** Samples that a model has each of `scores` for. */
  samplesOf(model: string, at: number): number;
  /** Makes these scores out of a model's; absent where they are among them. */
  readonly prepare?: PrepareColumns;
}

/** @throws AssayError CONFIG_INVALID for a score that the run does not have */
export function objectivesOf(summary: Summary, config: SelectionConfig): Objectives {
  if (config.weights !== undefined) return weighted(summary, config.weights);
  if (config.pareto !== undefined) {
    const rows = config.pareto.map((score) => scoreOf(summary, score));
    return asTheyAre(summary, rows, rows.map(({ algorithm, score }) => `${algorithm}.${score}`).join(' and '));
  }
  const row = scoreOf(summary, config.score, config.algorithm);
  const { direction } = config;
  const spec =
    direction === undefined
      ? row.spec
      : { ...row.spec, better: direction === 'max' ? ('higher' as const) : ('lower' as const) };
  return asTheyAre(summary, [{ ...row, spec }], `${row.algorithm}.${row.score}`);
}

function asTheyAre(summary: Summary, rows: readonly ScoreSummary[], name: string): Objectives {
  return {
    name,
    isPaired: rows.some(({ from, spec }) => from === 'mean' || spec.corrects !== undefined),
    scores: rows.map(({ algorithm, score, spec, from }) => ({ algorithm, score, spec, from })),
    figureOf: (model, at) => overall(summary, model, rows[at]!)?.value ?? null,
    samplesOf: (model, at) => samples(overall(summary, model, rows[at]!)),
  };
}

/** Scores where less is better count negatively. @throws AssayError CONFIG_INVALID for a score with an ideal value */
function weighted(summary: Summary, weights: Readonly<Record<string, number>>): Objectives {
  const parts = Object.entries(weights).map(([name, weight]) => {
    const row = scoreOf(summary, name);
    const key = `${row.algorithm}.${row.score}`;
    const { better, range } = row.spec;
    if (typeof better === 'object') throw weighsDistance(key, better.target);
    return { row, weight, key, sign: better === 'lower' ? -1 : 1, range };
  });
  const sum = (figureOf: (part: (typeof parts)[number]) => number | null | undefined): number | null => {
    let total = 0;
    for (const part of parts) {
      const value = figureOf(part);
      if (value === null || value === undefined || Number.isNaN(value)) return null;
      total += part.weight * part.sign * value;
    }
    // Weights that cancel out leave rounding behind, the same on every sample: no test may see it.
    return Number(total.toPrecision(12));
  };
  const ends = parts.map(({ range, weight, sign }) => range.map((end) => weight * sign * end).sort((a, b) => a - b));
  const range = [ends.reduce((all, [low]) => all + low!, 0), ends.reduce((all, [, high]) => all + high!, 0)] as const;
  const name = parts.map(({ weight, key }) => `${weight} × ${key}`).join(' + ');
  const spec = { range, better: 'higher', kind: 'real', summary: name } as const;
  return {
    name,
    isPaired: parts.every(({ row }) => row.from === 'mean'),
    scores: [{ algorithm: 'selection', score: 'weighted', spec }],
    figureOf: (model) => sum(({ row }) => overall(summary, model, row)?.value),
    samplesOf: (model) => Math.min(...parts.map(({ row }) => samples(overall(summary, model, row)))),
    prepare: (columns, rows) => {
      const totals = Float64Array.from(
        { length: rows },
        (_, place) => sum(({ key }) => columns.get(key)?.[place]) ?? Number.NaN,
      );
      return new Map([['selection.weighted', totals]]);
    },
  };
}

/** Of a weight on a score with an ideal value. */
export function weighsDistance(score: string, target: number, at?: SourcePlace): AssayError {
  return new AssayError('CONFIG_INVALID', `selection.weights cannot weigh ${score}, which is best at ${target}`, {
    hint: 'How far a mean is from its ideal is no mean over samples: name the score in `pareto`.',
    ...(at === undefined ? {} : { at }),
  });
}

/** More is better, whatever the score's own direction. */
export function goodness(value: number, better: ScoreSummary['spec']['better']): number {
  if (better === 'higher') return value;
  return better === 'lower' ? -value : -Math.abs(value - better.target);
}

function scoreOf(summary: Summary, name: string | undefined, inAlgorithm?: string): ScoreSummary {
  const rows = summary.scores.filter(({ category }) => category === null);
  const dot = name?.lastIndexOf('.') ?? -1;
  const algorithm = dot > 0 ? name!.slice(0, dot) : inAlgorithm;
  const score = dot > 0 ? name!.slice(dot + 1) : name;
  const found = rows.find(
    (row) =>
      (algorithm === undefined || row.algorithm === algorithm || row.algorithm === canonicalAlgorithmName(algorithm)) &&
      (score === undefined || row.score === score),
  );
  if (found !== undefined) return correctedRow(rows, found) ?? found;
  const known = new Set(rows.map((row) => `${row.algorithm}.${row.score}`));
  throw new AssayError('CONFIG_INVALID', `selection names ${name ?? algorithm}, which the run does not have`, {
    hint: `It has: ${[...known].join(', ')}.`,
  });
}

function overall(summary: Summary, model: string, { algorithm, score }: ScoreSummary): ScoreSummary | undefined {
  return summary.scores.find(
    (each) => each.model === model && each.algorithm === algorithm && each.score === score && each.category === null,
  );
}

function samples(row: ScoreSummary | undefined): number {
  return row === undefined || row.value === null || Number.isNaN(row.value) ? 0 : row.n;
}
