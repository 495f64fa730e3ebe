import { judgedMean, type RandomGenerator } from '@assay/metrics';
import type { Cell, Outcome } from './cell.ts';
import { correlatedJudge, JUDGES, type Judged, type JudgeShape } from './judge-shapes.ts';
import { type LabelStrata, labelAllocation, labelStrata, nextStratum, pilotCounts } from './label-strata.ts';

const SAMPLES = 2000;
const PILOT = 40;
const BATCH = 20;
/** Runs of a cell, which the promise of 94 % is held against. */
const RUNS = 5000;
const SHAPES: readonly JudgeShape[] = [correlatedJudge(0.5, 0.71), correlatedJudge(0.5, 0.95), ...JUDGES];

/** Labels chosen by what the judge says: a pilot in proportion, then an allocation to strata that stays as it is. */
export function chosenLabelCells(): Cell[] {
  return [...fixed(), ...stopped()];
}

function fixed(): Cell[] {
  return SHAPES.flatMap((shape) =>
    [60, 100, 200].map(
      (labels): Cell => ({
        page: 'judges',
        group: 'Judged means, labels chosen by strata after a pilot',
        shape: shape.name,
        size: `${labels} of ${SAMPLES}`,
        measure: 'coverage',
        most: RUNS,
        once: (random) => {
          const labelling = new Labelling(random, shape);
          labelling.until(labels);
          return labelling.outcome();
        },
      }),
    ),
  );
}

/** Until half the width was at most the goal after two batches in a row. */
function stopped(): Cell[] {
  return SHAPES.map(
    (shape): Cell => ({
      page: 'judges',
      group: 'Judged means, labels chosen by strata until the goal was reached twice',
      shape: shape.name,
      size: '± 0.1',
      measure: 'coverage',
      most: RUNS,
      once: (random) => {
        const labelling = new Labelling(random, shape);
        for (let [labels, reached] = [PILOT, 0]; reached < 2 && labels <= 500; labels += BATCH) {
          labelling.until(labels);
          reached = labelling.half() <= 0.1 ? reached + 1 : 0;
        }
        return labelling.outcome();
      },
    }),
  );
}

/** One use: samples that a judge has scored, of which some are labelled one after another. */
class Labelling {
  readonly #shape: JudgeShape;
  readonly #all: readonly Judged[];
  readonly #strata: LabelStrata;
  readonly #waiting: number[][];
  readonly #known: number[][];
  #shares: readonly number[] | undefined;

  constructor(random: RandomGenerator, shape: JudgeShape) {
    this.#shape = shape;
    this.#all = Array.from({ length: SAMPLES }, () => shape.draw(random));
    this.#strata = labelStrata(this.#all.map(([, judge]) => judge));
    this.#waiting = this.#strata.sizes.map(() => []);
    // Samples are drawn in a random order already.
    for (let at = 0; at < SAMPLES; at++) this.#waiting[this.#strata.of[at]!]!.push(at);
    this.#known = this.#waiting.map(() => []);
    for (const [stratum, count] of pilotCounts(this.#strata.sizes, PILOT).entries())
      for (let left = count; left > 0; left--) this.#label(stratum);
  }

  #label(stratum: number): void {
    const known = this.#known[stratum]!;
    known.push(this.#waiting[stratum]![known.length]!);
  }

  until(labels: number): void {
    const { sizes } = this.#strata;
    this.#shares ??= labelAllocation(
      sizes,
      this.#known.map((own) => own.map((at) => this.#all[at]![0])),
    ).shares;
    const counts = this.#known.map((own) => own.length);
    for (let count = this.#known.flat().length; count < labels; count++) {
      const next = nextStratum(sizes, counts, this.#shares);
      if (next === null) return;
      this.#label(next);
      counts[next]! += 1;
    }
  }

  #interval() {
    const known = this.#known.flatMap((own, stratum) =>
      own.map((at) => ({ at, weight: this.#strata.sizes[stratum]! / own.length })),
    );
    const samples = {
      labels: known.map(({ at }) => this.#all[at]![0]),
      judged: known.map(({ at }) => this.#all[at]![1]),
      judge: this.#all.map(([, judge]) => judge),
      weights: known.map(({ weight }) => weight),
    };
    return judgedMean(samples)!.interval();
  }

  half(): number {
    const [low, high] = this.#interval();
    return (high - low) / 2;
  }

  /** Width as a multiple of that of as many uniform labels with the same judge. */
  outcome(): Outcome {
    const [low, high] = this.#interval();
    const known = this.#all.slice(0, this.#known.flat().length);
    const [from, to] = judgedMean({
      labels: known.map(([label]) => label),
      judged: known.map(([, judge]) => judge),
      judge: this.#all.map(([, judge]) => judge),
    })!.interval();
    return { good: low <= this.#shape.mean && this.#shape.mean <= high, width: (high - low) / (to - from) };
  }
}
