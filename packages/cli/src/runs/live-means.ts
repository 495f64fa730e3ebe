import type { Manifest } from 'assay/internal';
import { boundedSequence, type ConfidenceSequence } from 'assay/internal/metrics';
import type { LiveScore } from 'assay/internal/report';

type Recorded = NonNullable<Manifest['algorithms'][number]['scores']>[string];

interface Mean {
  n: number;
  sum: number;
  weights: number;
  /** null where nothing can be said of the mean: a score without bounds or out of them, weighted or clustered samples. */
  sequence: ConfidenceSequence | null;
}

/** A score over many samples: how many have it, and their sum as an exact expansion. */
export interface ScoreSum {
  readonly name: string;
  readonly moments: { readonly n: number; readonly sum: readonly number[] };
}

/** Candidate means of a sequence: enough for three decimals of an interval's end in a drawing. */
const RESOLUTION = 500;
/** Scores that a sequence learns from: what comes later moves its ends by less than a drawing shows. */
const MOST_LEARNT = 20_000;

/** Means of a run that goes on, with intervals that hold however often one looks. */
export class LiveMeans {
  readonly #recorded = new Map<string, Recorded | null>();
  /** By score, then by model. */
  readonly #means = new Map<string, Map<number, Mean>>();

  /** @param algorithms those of the manifest: their primary scores are added up, else the first of each */
  constructor(algorithms: Manifest['algorithms']) {
    for (const { name, scores = {} } of algorithms) {
      const all = Object.entries(scores);
      const primary = all.filter(([, { primary: isPrimary }]) => isPrimary === true);
      for (const [score, spec] of primary.length > 0 ? primary : all.slice(0, 1))
        this.#recorded.set(`${name}.${score}`, spec);
    }
  }

  /** Takes the scores of an algorithm on a sample. @param isPlain whether samples are independent and count alike */
  add(model: number, algorithm: string, scores: object, weight: number | null, isPlain: boolean): void {
    const own = Object.entries(scores).filter(([, value]) => typeof value === 'number') as [string, number][];
    const isRecorded = own.some(([score]) => this.#recorded.has(`${algorithm}.${score}`));
    for (const [score, value] of isRecorded ? own : own.slice(0, 1)) {
      const key = `${algorithm}.${score}`;
      if (isRecorded && !this.#recorded.has(key)) continue;
      const mean = this.#meanOf(key, model);
      mean.n += 1;
      mean.sum += value * (weight ?? 1);
      mean.weights += weight ?? 1;
      if (!isPlain) mean.sequence = null;
      learn(mean, value);
    }
  }

  /** Takes what an algorithm's scores add up to over many samples: their mean has no interval, for nobody knows each. */
  addSums(model: number, algorithm: string, scores: readonly ScoreSum[]): void {
    const isRecorded = scores.some(({ name }) => this.#recorded.has(`${algorithm}.${name}`));
    for (const { name, moments } of isRecorded ? scores : scores.slice(0, 1)) {
      const key = `${algorithm}.${name}`;
      if (isRecorded && !this.#recorded.has(key)) continue;
      const mean = this.#meanOf(key, model);
      mean.n += moments.n;
      mean.weights += moments.n;
      mean.sum += moments.sum.reduce((all, part) => all + part, 0);
      mean.sequence = null;
    }
  }

  #meanOf(key: string, model: number): Mean {
    const byModel = this.#means.get(key) ?? new Map<number, Mean>();
    this.#means.set(key, byModel);
    const known = byModel.get(model) ?? { n: 0, sum: 0, weights: 0, sequence: sequenceOf(this.#recorded.get(key)) };
    byModel.set(model, known);
    return known;
  }

  list(): LiveScore[] {
    return [...this.#means].map(([key, byModel]) => {
      const spec = this.#recorded.get(key) ?? null;
      return {
        ...{ key, better: spec?.better ?? null, range: spec?.range ?? [null, null] },
        models: [...byModel]
          .sort(([a], [b]) => a - b)
          .flatMap(([model, { n, sum, weights, sequence }]) =>
            weights > 0
              ? [{ model, n, mean: sum / weights, interval: sequence && ([sequence.lower, sequence.upper] as const) }]
              : [],
          ),
      };
    });
  }
}

function learn(mean: Mean, value: number): void {
  if (mean.sequence === null || mean.sequence.n >= MOST_LEARNT) return;
  try {
    mean.sequence.add(value);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    mean.sequence = null;
  }
}

function sequenceOf(spec: Recorded | null | undefined): ConfidenceSequence | null {
  const [low, high] = spec?.range ?? [null, null];
  if (low === null || high === null || low >= high) return null;
  const binary = spec?.kind === 'binary' && low === 0 && high === 1;
  return boundedSequence({ range: [low, high], binary, resolution: RESOLUTION });
}
