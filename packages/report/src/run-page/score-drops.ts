import type { ScoreSummary, Summary } from '@assay/core';
import { declaredRange } from '../charts/declared-range.ts';
import { niceScale, type Scale } from '../charts/nice-scale.ts';
import { groupBy } from '../collections/group-by.ts';

const PREFIX = 'delta_';

/** A score and its mean change when the input is disturbed, of every model that has both. */
export interface ScoreDrop {
  readonly algorithm: string;
  readonly score: string;
  readonly better: ScoreSummary['spec']['better'];
  readonly scale: Scale;
  readonly models: readonly ModelDrop[];
}

export interface ModelDrop {
  /** Position among the run's models. */
  readonly model: number;
  /** On the inputs as they are; null where the run has no such score. */
  readonly from: number | null;
  /** Less the mean change, to the worse. */
  readonly to: number | null;
  readonly change: number | null;
  readonly interval: readonly [number, number] | null;
}

/** Each `delta_` score beside the score that it changes. */
export function scoreDrops(summary: Summary): ScoreDrop[] {
  const overall = summary.scores.filter(({ category }) => category === null);
  const places = new Map(summary.models.map(({ name }, i) => [name, i]));
  const deltas = overall.filter(({ score }) => score.startsWith(PREFIX));
  return [...groupBy(deltas, ({ algorithm, score }) => `${algorithm}\n${score}`).values()].map((group) => {
    const bases = group.map((delta) => baseOf(delta, overall));
    const spec = (bases.find((base) => base !== undefined) ?? group[0]!).spec;
    const models = group.map((delta, i): ModelDrop => {
      const base = bases[i];
      const from = base?.value ?? null;
      const to = from === null || delta.value === null ? null : worsened(from, delta.value, spec.better);
      return { model: places.get(delta.model) ?? 0, from, to, change: delta.value, interval: delta.interval };
    });
    const values = models.flatMap(({ from, to }) => [from ?? [], to ?? []].flat());
    return {
      ...{ algorithm: group[0]!.algorithm, score: group[0]!.score.slice(PREFIX.length), better: spec.better },
      ...{ scale: niceScale(values, declaredRange(spec), group.length > 1), models },
    };
  });
}

function worsened(from: number, change: number, better: ScoreSummary['spec']['better']): number {
  return better === 'lower' ? from + change : from - change;
}

function baseOf(delta: ScoreSummary, overall: readonly ScoreSummary[]): ScoreSummary | undefined {
  const named = overall.filter(
    ({ model, score }) => model === delta.model && score === delta.score.slice(PREFIX.length),
  );
  return named.find(({ algorithm }) => algorithm === delta.algorithm) ?? named[0];
}
