import type { LabelBook } from '@assay/core';
import { type Interval, type JudgedMean, judgedMean, labelsNeeded, pearson } from '@assay/metrics';
import type { LabelJob } from './label-job.ts';

/** How well a model's human score is known by now. */
export interface LabelProgress {
  readonly model: string;
  /** Outputs of it with a label and a score of the judge. */
  readonly labelled: number;
  readonly samples: number;
  readonly value: number;
  readonly interval: Interval;
  readonly used: JudgedMean['used'];
  /** Half the interval's width is at most the goal. */
  readonly reached: boolean;
  /** Labels that are expected to be missing to the goal; null where all samples do not suffice. */
  readonly missing: number | null;
}

/** Of every model that has a label; several people's labels of an output count by their mean. */
export function labelProgress({ judged, rubric, values }: LabelJob, book: LabelBook, goal: number): LabelProgress[] {
  const words = Object.values(values);
  const range = [Math.min(...words), Math.max(...words)] as const;
  return [...new Set(judged.map(({ model }) => model))].sort().flatMap((model): LabelProgress[] => {
    const own = judged.filter((each) => each.model === model).sort((a, b) => (a.sample < b.sample ? -1 : 1));
    const known = own.flatMap(({ sample, output, score }) => {
      const said = book.of(sample, output, rubric.digest).labels.flatMap((label) => values[label] ?? []);
      return said.length === 0 ? [] : [{ score, label: said.reduce((sum, value) => sum + value, 0) / said.length }];
    });
    const labels = known.map(({ label }) => label);
    const scores = known.map(({ score }) => score);
    const mean = judgedMean({ labels, judged: scores, judge: own.map(({ score }) => score) }, { range });
    if (mean === null) return [];
    const interval = mean.interval();
    const needed = labelsFor(goal / (range[1] - range[0]), labels, scores, own.length, range);
    const reached = (interval[1] - interval[0]) / 2 <= goal;
    return [
      {
        model,
        labelled: known.length,
        samples: own.length,
        value: mean.mean,
        interval,
        used: mean.used,
        reached,
        missing: reached ? 0 : needed === null ? null : Math.max(1, needed - known.length),
      },
    ];
  });
}

/** By the correlation and the spread that the labels show so far; both are guesses while there are few. */
function labelsFor(
  half: number,
  labels: readonly number[],
  scores: readonly number[],
  samples: number,
  [low, high]: readonly [number, number],
): number | null {
  const found = labels.length < 3 ? Number.NaN : pearson(labels, scores).coefficient;
  const correlation = Number.isNaN(found) ? 0 : Math.min(0.99, Math.max(0, found));
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const spread = Math.sqrt(labels.reduce((sum, label) => sum + (label - mean) ** 2, 0) / labels.length) / (high - low);
  // Of few labels that agree nobody knows that all do.
  const deviation = labels.length < 10 ? 0.5 : Math.min(0.5, Math.max(0.1, spread));
  return labelsNeeded(half, { samples, correlation, deviation });
}
