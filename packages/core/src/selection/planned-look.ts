import { endsAt, type Interval, type PlannedLooks, plannedLooks, unknownDifference } from '@assay/metrics';
import { orderRows } from '../datasets/row-order.ts';
import type { StopSummary } from '../results/summary.ts';
import type { ModelScores } from './model-scores.ts';
import { keptPairs, type SamplePairs } from './sample-pairs.ts';
import { FIXED_METHOD, type PairMethod } from './score-difference.ts';

/** Rows before the first look. */
const FIRST_LOOK = 30;

/** The pairs that count, and what a difference over them says. */
export interface LookedPairs {
  readonly pairs: SamplePairs;
  readonly method: PairMethod;
}

/**
 * Pairs of models that might have ended at any time for what they said. The looks were fixed beforehand by how many rows
 * there are: the last one that is complete on both sides counts, with the pairs that it has, so that it does not matter
 * when and why a run ended. A pair of models of which none might end early is taken as it is.
 */
export function atPlannedLook(pairs: SamplePairs): LookedPairs {
  const known = looked.get(pairs) ?? lookAt(pairs);
  looked.set(pairs, known);
  return known;
}

const looked = new WeakMap<SamplePairs, LookedPairs>();

function lookAt(pairs: SamplePairs): LookedPairs {
  const stops = [pairs.baseline.stop, pairs.candidate.stop].filter((stop) => stop !== undefined);
  if (stops.length === 0) return { pairs, method: FIXED_METHOD };
  const total = Math.min(...stops.map(rowsOf));
  const looks = looksOf(total, Math.max(FIRST_LOOK, ...stops.map(({ minSamples }) => minSamples)));
  // Of two random orders a pair has come when both have come to it: a share of each is its square of the pairs.
  const isOneOrder = new Set(stops.map(({ orderSeed }) => orderSeed)).size === 1;
  // Rows that could not be read are in no total, so that totals may differ by a few.
  const asked = Math.min(1, ...stops.map(({ samples }) => samples / total));
  const look = looks.lookBy(isOneOrder ? asked : asked ** 2);
  if (look === -1) return { pairs, method: TOO_EARLY };
  const share = looks.fractions[look]!;
  const until = (isOneOrder ? share : Math.sqrt(share)) + 1e-9;
  const [before, after] = [timesOf(pairs.baseline), timesOf(pairs.candidate)];
  const kept = Array.from(pairs.places[0].keys()).filter(
    (at) => before(pairs.places[0][at]!) <= until && after(pairs.places[1][at]!) <= until,
  );
  return { pairs: keptPairs(pairs, kept), method: methodAt(looks, look, Math.round(share * total), total) };
}

/** Rows that the run would have asked. */
function rowsOf({ samples, saved }: StopSummary): number {
  return Math.max(1, samples + saved);
}

/** When a sample came, as a share of the rows that there are; 0 where its model was asked all of them. */
function timesOf({ stop, rows }: ModelScores): (place: number) => number {
  if (stop === undefined) return () => 0;
  const asked = stop.samples / rowsOf(stop);
  const ordered = orderRows(Array.from(rows), stop.orderSeed).rows;
  const times = new Map(ordered.map((row, position) => [row, (asked * (position + 1)) / rows.length]));
  return (place) => times.get(rows[place]!)!;
}

const planned = new Map<string, PlannedLooks>();

function looksOf(total: number, first: number): PlannedLooks {
  const key = `${total} ${first}`;
  const known = planned.get(key) ?? plannedLooks(total, first);
  planned.set(key, known);
  return known;
}

/** What the looks before it leave the last one, which has all samples. */
export function lastLookLevel(total: number, alpha: number): number {
  const looks = looksOf(Math.max(1, total), FIRST_LOOK);
  return looks.levelAt(looks.fractions.length - 1, alpha);
}

function methodAt(looks: PlannedLooks, look: number, rows: number, total: number): PairMethod {
  return {
    of: (found) => {
      /** By border: each takes an integral over all looks, and is asked for as verdict, as adjusted and as plain figure. */
      const errors = new Map<number, number>();
      return {
        ...found,
        interval: (confidence = 0.95): Interval => found.interval(1 - looks.levelAt(look, 1 - confidence)),
        pvalue: (border = 0) => {
          const error = errors.get(border) ?? looks.errorAt(look, found.pvalue(border));
          errors.set(border, error);
          return error;
        },
      };
    },
    endsFor: (level) => endsAt(looks.levelAt(look, level)),
    words: `valid at an early stop: the look after ${rows} of ${total} samples`,
  };
}

const TOO_EARLY: PairMethod = {
  of: ({ method, n, difference }, most) => unknownDifference(method, n, difference, most),
  endsFor: endsAt,
  words: 'ended before the first planned look',
  caveat: 'the run ended before its first planned look',
};
