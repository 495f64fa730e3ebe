import type { ConfidenceSequence } from '@assay/metrics';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { Accumulator } from './accumulator.ts';
import { figureSignature, valuesSignature } from './figure-signature.ts';
import type { AlgorithmCell } from './score-cell.ts';
import { corpusInterval, judgedKnown, meanInterval, missing, sequenceInterval } from './score-interval.ts';
import type { ModelSummary, ScoreSummary, StopSummary } from './summary.ts';

const CONFIDENCE = 0.95;

/** An early stop, as the figures see it. */
export interface StopFigures {
  summary(): StopSummary;
  /** What is known of a score's mean; undefined where that is nothing. */
  sequence(algorithm: string, category: string | null, score: string): ConfidenceSequence | undefined;
}

/** The figures of one model in the order of the config: overall first, then each category by name. */
export function summariseModel(
  name: string,
  runner: string,
  accumulator: Accumulator,
  instances: readonly AlgorithmInstance[],
  stop?: StopFigures,
): { readonly model: ModelSummary; readonly scores: readonly ScoreSummary[] } {
  const { states, promptTokens, newTokens, cut, algorithms } = accumulator.cell;
  const scores: ScoreSummary[] = [];
  for (const instance of instances) {
    const cells = algorithms.get(instance.label)!;
    const categories = [...cells.keys()].filter((category) => category !== null).sort();
    for (const category of [null, ...categories]) {
      const cell = cells.get(category);
      if (cell !== undefined) for (const row of summariseCell(name, instance, category, cell, stop)) scores.push(row);
    }
  }
  const stopped = stop === undefined ? {} : { stop: stop.summary() };
  return {
    model: { name, runner, states, promptTokens, newTokens, ...(cut === 0 ? {} : { cut }), ...stopped },
    scores,
  };
}

function summariseCell(
  model: string,
  instance: AlgorithmInstance,
  category: string | null,
  cell: AlgorithmCell,
  stop: StopFigures | undefined,
): ScoreSummary[] {
  const unscored = Object.fromEntries([...cell.unscored].sort(([a], [b]) => (a < b ? -1 : 1)));
  const { label } = instance;
  const signature = valuesSignature(instance.signature, cell.isWeighted);
  const common = {
    model,
    algorithm: label,
    category,
    confidence: stop?.summary().confidence ?? CONFIDENCE,
    unscored,
    signature,
  };
  const rows: ScoreSummary[] = [];
  let scoredSamples = 0;
  for (const [score, spec] of Object.entries(instance.scores)) {
    const found = cell.scores.get(score)!;
    scoredSamples = Math.max(scoredSamples, found.moments.n);
    const sequence = stop?.sequence(label, category, score);
    const known =
      stop === undefined
        ? meanInterval(found, spec, CONFIDENCE)
        : { value: sequence?.estimate ?? found.moments.mean(), ...sequenceInterval(found, sequence) };
    const [from, to] = spec.range;
    const histogram = found.histogram === null ? null : { from, to, counts: found.histogram };
    rows.push({
      ...common,
      score,
      n: found.moments.n,
      ...known,
      from: 'mean',
      spec,
      histogram,
    });
  }
  for (const [name, aggregate] of Object.entries(instance.aggregates)) {
    const values = aggregate.result(cell.aggregates.get(name) ?? aggregate.empty());
    const units = cell.units.get(name);
    const figures = units === undefined ? {} : aggregate.corpus?.(units.units().map(({ state }) => state));
    for (const [score, spec] of Object.entries(aggregate.scores)) {
      const value = values[score] ?? null;
      const figure = figures?.[score];
      const n = Math.max(scoredSamples, units?.samples ?? 0);
      // A count is one of samples, whatever their weights.
      if (cell.isWeighted && !(figure?.kind === 'none' && figure.why === 'count')) {
        const none = { value: null, ...missing(n === 0 ? 'no_samples' : 'weights') };
        rows.push({ ...common, score, n, ...none, from: 'aggregate', spec, histogram: null });
        continue;
      }
      if (figure?.kind === 'judged' && units !== undefined) {
        const { value: known, n: labelled, ...how } = judgedKnown(figure, units, CONFIDENCE);
        const told = stop === undefined ? how : { ...how, ...missing('early_stop') };
        rows.push({ ...common, score, n: labelled, value: known, ...told, from: 'aggregate', spec, histogram: null });
        continue;
      }
      const known =
        stop === undefined
          ? corpusInterval({ value, figure, units, confidence: CONFIDENCE })
          : missing(figure?.kind === 'none' ? figure.why : 'early_stop');
      rows.push({ ...common, score, n, value, ...known, from: 'aggregate', spec, histogram: null });
    }
  }
  return rows.map((row) => ({ ...row, signature: figureSignature(signature, row.intervalMethod) }));
}
