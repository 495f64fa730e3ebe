import type { ScoreOutcome, Unscored } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { TextScorer } from '../algorithms/text-scorer.ts';
import { toAssayError } from '../errors/assay-error.ts';
import { type AlgorithmColumns, ScoredColumns } from '../journal/scored-columns.ts';
import { FeatureTexts, featurePosition } from '../samples/feature-texts.ts';
import { FEATURES, type FeatureName, type Features, type Sample } from '../samples/sample.ts';
import { DIGEST_BYTES, digestOfTexts } from '../samples/sample-digest.ts';
import { scoreOutputs } from './score-outputs.ts';
import { checkedOutcome } from './score-sample.ts';

const OUTPUT = featurePosition('model_output');
const CATEGORY = featurePosition('category');
const CLUSTER = featurePosition('cluster');
const NO_OUTPUT: Unscored = { unscored: 'no_output' };

export interface FillOptions {
  readonly model: string;
  readonly instances: readonly AlgorithmInstance[];
  readonly seed: number;
  /** Rows at most. */
  readonly capacity: number;
}

interface FilledAlgorithm {
  readonly instance: AlgorithmInstance;
  readonly columns: AlgorithmColumns;
  readonly scorer: TextScorer | undefined;
}

/** Scores rows into columns, from their texts where an algorithm can do so, else as samples. */
export class FillColumns {
  readonly columns: ScoredColumns;
  readonly #algorithms: readonly FilledAlgorithm[];
  /** Algorithms that are scored as samples, and how. */
  readonly #sampled: Parameters<typeof scoreOutputs>[1];
  readonly #parsed = new FeatureTexts();
  /** Categories and clusters, each once: a part of a text would keep all of the text. */
  readonly #names = new Map<string, string>();

  constructor({ model, instances, seed, capacity }: FillOptions) {
    const scorers = instances.map(textScorerOf);
    this.columns = new ScoredColumns(
      capacity,
      instances.map(({ label, scores }, at) => ({
        label,
        names: scorers[at]?.scores ?? Object.keys(scores),
        sampled: scorers[at] === undefined,
      })),
    );
    this.#algorithms = instances.map((instance, at) => ({
      instance,
      columns: this.columns.algorithms[at]!,
      scorer: scorers[at],
    }));
    const sampled = instances.filter((_, at) => scorers[at] === undefined);
    this.#sampled = { model, instances: sampled, seed, texts: false };
  }

  /** Whether rows may be given as texts: nothing of a row beside its features is asked for. */
  static takesTexts(instances: readonly AlgorithmInstance[]): boolean {
    return instances.every(
      (instance) =>
        textScorerOf(instance) !== undefined ||
        (instance.algorithm.module === undefined && instance.algorithm.rowFields === undefined),
    );
  }

  /** @param given features that the digest is made from */
  addTexts(index: number, texts: FeatureTexts, given: readonly FeatureName[]): void {
    const { columns } = this;
    const row = columns.size;
    digestOfTexts(texts, given, columns.digests, DIGEST_BYTES * row);
    this.#place(row, index, texts);
    if (this.#sampled.instances.length > 0)
      this.#addSampled(row, { index, digest: columns.digest(row), features: featuresOf(texts), record: {} });
    this.#score(row, texts);
    columns.size = row + 1;
  }

  addSample(sample: Sample): void {
    const { columns } = this;
    const { index, digest, features } = sample;
    const row = columns.size;
    this.#parsed.take(features);
    columns.digests.write(digest, DIGEST_BYTES * row, 'hex');
    this.#place(row, index, this.#parsed);
    if (features.weight !== undefined) {
      columns.weights ??= [];
      columns.weights[row] = Number(features.weight);
    }
    if (this.#sampled.instances.length > 0) this.#addSampled(row, sample);
    this.#score(row, this.#parsed);
    columns.size = row + 1;
  }

  #place(row: number, index: number, texts: FeatureTexts): void {
    const { columns } = this;
    columns.samples[row] = index;
    if (texts.has(CATEGORY)) {
      columns.categories ??= [];
      columns.categories[row] = this.#named(texts.text(CATEGORY)!);
    }
    if (texts.has(CLUSTER)) {
      columns.clusters ??= [];
      columns.clusters[row] = this.#named(texts.text(CLUSTER)!);
    }
  }

  #score(row: number, texts: FeatureTexts): void {
    for (const { instance, columns, scorer } of this.#algorithms) {
      if (scorer === undefined) continue;
      const { names, values, unscored } = columns;
      const reason = texts.has(OUTPUT) ? scoreTexts(scorer, instance, texts, values, row * names.length) : NO_OUTPUT;
      if (reason !== undefined) unscored.set(row, reason);
    }
  }

  #addSampled(row: number, sample: Sample): void {
    const { outcomes } = scoreOutputs(sample, this.#sampled);
    for (const { columns } of this.#algorithms) {
      if (columns.outcomes !== undefined) columns.outcomes[row] = outcomes[columns.label]!;
    }
  }

  #named(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const own = Buffer.from(name, 'utf16le').toString('utf16le');
    this.#names.set(own, own);
    return own;
  }
}

function textScorerOf({ algorithm, options }: AlgorithmInstance): TextScorer | undefined {
  const hasOwnWay = algorithm.modelAsks !== undefined || algorithm.isQuadratic === true;
  return hasOwnWay ? undefined : algorithm.textScorer?.(options);
}

/** A bug, or a hostile text, costs the score, never the sample: as in `scoreOne`. @returns why there are no scores */
function scoreTexts(
  scorer: TextScorer,
  { scores: specs }: AlgorithmInstance,
  texts: FeatureTexts,
  values: Float64Array,
  at: number,
): Unscored | undefined {
  try {
    const reason = scorer.score(texts, values, at);
    if (reason !== undefined) return { unscored: reason };
  } catch (thrown) {
    return { unscored: 'scoring_failed', detail: toAssayError(thrown, 'SCORING_FAILED').message };
  }
  const { scores: names } = scorer;
  for (let k = 0; k < names.length; k++) {
    const value = values[at + k]!;
    const { range, kind } = specs[names[k]!]!;
    const isRight = value >= range[0] && value <= range[1] && (kind !== 'binary' || value === 0 || value === 1);
    if (!isRight) return corrected(scorer, specs, values, at);
  }
  return undefined;
}

/** The rare way: what is wrong with the scores, or what rounding did to them, is told and cured as for any algorithm. */
function corrected(
  { scores: names }: TextScorer,
  specs: AlgorithmInstance['scores'],
  values: Float64Array,
  at: number,
): Unscored | undefined {
  const found: ScoreOutcome = checkedOutcome(
    { scores: Object.fromEntries(names.map((name, k) => [name, values[at + k]!])) },
    specs,
  );
  if ('unscored' in found) return found;
  for (const [k, name] of names.entries()) values[at + k] = found.scores[name]!;
  return undefined;
}

function featuresOf(texts: FeatureTexts): Features {
  const features: { -readonly [Name in keyof Features]: Features[Name] } = {};
  for (let position = 0; position < FEATURES.length; position++) {
    const name = FEATURES[position]!;
    const text = texts.text(position);
    if (text !== undefined && name !== 'choices') features[name] = text;
  }
  return features;
}
