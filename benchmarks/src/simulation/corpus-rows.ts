import { createGenerator, type RandomGenerator } from '@assay/metrics';
import { binomialDraw } from './binomial.ts';
import { beta, normal, pool } from './shapes.ts';

/** How samples of a corpus score come about: what a hard or easy sample is, and a model's row of sufficient statistics on it. */
export interface CorpusSource {
  readonly name: string;
  /** Whatever both models share of a sample. */
  sample(random: RandomGenerator): unknown;
  row(random: RandomGenerator, sample: never): Float64Array;
}

interface Text {
  readonly words: number;
  readonly quality: number;
}

const QUALITY = pool('quality of texts', (random) => beta(random, 4, 3));

function text(random: RandomGenerator): Text {
  return { words: 6 + Math.floor(20 * random.random()), quality: QUALITY.draw(random) };
}

/** BLEU's rows: lengths, matches and totals of n-grams up to 4. */
export const BLEU: CorpusSource = {
  name: 'BLEU',
  sample: text,
  row: (random, { words, quality }: Text) => {
    const length = Math.max(4, words + Math.round(2 * normal(random)));
    const row = Float64Array.of(length, words, 0, 0, 0, 0, length, length - 1, length - 2, length - 3);
    let matched = Math.min(length, words);
    for (let n = 0; n < 4; n++) {
      matched = binomialDraw(random, Math.min(matched, length - n), n === 0 ? quality : 0.5 + quality / 2.5);
      row[2 + n] = matched;
    }
    return row;
  },
};

/** chrF's rows: n-grams of hypothesis and reference and those in both, of orders 1 to 6. */
export const CHRF: CorpusSource = {
  name: 'chrF',
  sample: text,
  row: (random, { words, quality }: Text) => {
    const reference = 5 * words;
    const hypothesis = Math.max(10, reference + Math.round(6 * normal(random)));
    const row = new Float64Array(18);
    let matched = Math.min(reference, hypothesis);
    for (let n = 0; n < 6; n++) {
      matched = binomialDraw(
        random,
        Math.min(matched, hypothesis - n, reference - n),
        n === 0 ? 0.5 + quality / 2 : 0.75 + quality / 5,
      );
      row[3 * n] = hypothesis - n;
      row[3 * n + 1] = reference - n;
      row[3 * n + 2] = matched;
    }
    return row;
  },
};

/** TER's rows: edits and words; one answer in twenty runs away and has more edits than words. */
export const TER: CorpusSource = {
  name: 'TER',
  sample: text,
  row: (random, { words, quality }: Text) => {
    const edits = binomialDraw(random, words, 1 - quality);
    return Float64Array.of(random.random() < 0.05 ? edits + binomialDraw(random, words, 0.8) : edits, words);
  },
};

/** A share of words, as micro precision. */
export const RATIO: CorpusSource = {
  name: 'micro share of words',
  sample: text,
  row: (random, { words, quality }: Text) => Float64Array.of(binomialDraw(random, words, quality), words),
};

interface Labelled {
  readonly target: number;
  readonly hard: number;
}

/** A classifier of as many classes as shares; the first is named rightly less often. */
export function classes(
  name: string,
  shares: readonly number[],
  accuracy: number,
  kind: 'f1' | 'recall',
): CorpusSource {
  const count = shares.length;
  return {
    name,
    sample: (random): Labelled => ({ target: pick(random, shares), hard: random.random() }),
    row: (random, { target, hard }: Labelled) => {
      const isRight = random.random() < (hard < 0.4 ? accuracy - 0.2 : accuracy + 0.1);
      const predicted = isRight ? target : (target + 1 + Math.floor((count - 1) * random.random())) % count;
      const row = new Float64Array(2 * count);
      if (predicted === target) row[target] = 1;
      row[count + target]! += 1;
      if (kind === 'f1') row[count + predicted]! += 1;
      return row;
    },
  };
}

/** Two raters of yes and no with a prevalence of yes, who agree by more than chance. */
export function raters(prevalence: number): CorpusSource {
  return {
    name: `kappa, prevalence ${prevalence}`,
    sample: (random): Labelled => ({ target: Number(random.random() < prevalence), hard: random.random() }),
    row: (random, { target }: Labelled) => {
      const other = random.random() < 0.85 ? target : Number(random.random() < prevalence);
      const row = new Float64Array(4);
      row[2 * target + other] = 1;
      return row;
    },
  };
}

function pick(random: RandomGenerator, shares: readonly number[]): number {
  let left = random.random();
  for (let at = 0; at < shares.length - 1; at++) {
    left -= shares[at]!;
    if (left < 0) return at;
  }
  return shares.length - 1;
}

const LARGE = 200_000;

const truths = new Map<string, number>();

/** The score of a source, from the sums of many samples. */
export function truth(source: CorpusSource, statistic: (sums: Float64Array) => number): number {
  const found = truths.get(source.name) ?? statistic(sumsOf(source));
  truths.set(source.name, found);
  return found;
}

function sumsOf({ sample, row, name }: CorpusSource): Float64Array {
  const random = createGenerator(LARGE + name.length);
  const sums = row(random, sample(random) as never);
  for (let i = 1; i < LARGE; i++) {
    const next = row(random, sample(random) as never);
    for (let column = 0; column < sums.length; column++) sums[column]! += next[column]!;
  }
  return sums;
}
