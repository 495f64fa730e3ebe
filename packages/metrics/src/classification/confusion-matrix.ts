import { compareCodePoints } from './compare-code-points.ts';

/** Plain data of {@link ConfusionMatrix}: labels in code-point order, cells by target, then prediction. */
export interface ConfusionMatrixData {
  readonly labels: readonly string[];
  /** [index of target, index of prediction, count], non-zero cells only */
  readonly cells: readonly (readonly [target: number, predicted: number, count: number])[];
}

/** What a class amounts to in a confusion matrix. */
export interface ClassCounts {
  readonly label: string;
  readonly truePositives: number;
  /** How often it was the target. */
  readonly support: number;
  /** How often it was predicted. */
  readonly predicted: number;
}

/**
 * Mergeable counts of (target, prediction) pairs, sparse, so that free-text predictions cost no square of memory.
 * Every classification score except those that need probabilities comes from it.
 */
export class ConfusionMatrix {
  readonly #rows = new Map<string, Map<string, number>>();
  #n = 0;

  static of(targets: readonly string[], predictions: readonly string[]): ConfusionMatrix {
    if (targets.length !== predictions.length) {
      throw Object.assign(new RangeError(`${targets.length} targets but ${predictions.length} predictions`), {
        code: 'METRIC_LENGTH_MISMATCH',
      });
    }
    const matrix = new ConfusionMatrix();
    for (let i = 0; i < targets.length; i++) matrix.add(targets[i]!, predictions[i]!);
    return matrix;
  }

  /** How many pairs. */
  get n(): number {
    return this.#n;
  }

  add(target: string, predicted: string, count: number = 1): void {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw Object.assign(new RangeError(`a count is a whole number, not ${count}`), {
        code: 'METRIC_INVALID_ARGUMENT',
      });
    }
    if (count === 0) return;
    let row = this.#rows.get(target);
    if (row === undefined) {
      row = new Map();
      this.#rows.set(target, row);
    }
    row.set(predicted, (row.get(predicted) ?? 0) + count);
    this.#n += count;
  }

  merge(other: ConfusionMatrix): void {
    for (const [target, predicted, count] of other.entries()) this.add(target, predicted, count);
  }

  count(target: string, predicted: string): number {
    return this.#rows.get(target)?.get(predicted) ?? 0;
  }

  /** The non-zero cells, in no particular order. */
  entries(): [target: string, predicted: string, count: number][] {
    return [...this.#rows].flatMap(([target, row]) =>
      [...row].map(([predicted, count]): [string, string, number] => [target, predicted, count]),
    );
  }

  /** Every label seen on either side, in code-point order (as sklearn sorts them). */
  labels(): string[] {
    const labels = new Set<string>();
    for (const [target, predicted] of this.entries()) labels.add(target).add(predicted);
    return [...labels].sort(compareCodePoints);
  }

  /** One entry per label, in the order of {@link labels}. */
  classes(): ClassCounts[] {
    const support = new Map<string, number>();
    const predictions = new Map<string, number>();
    for (const [target, predicted, count] of this.entries()) {
      support.set(target, (support.get(target) ?? 0) + count);
      predictions.set(predicted, (predictions.get(predicted) ?? 0) + count);
    }
    return this.labels().map((label) => ({
      label,
      truePositives: this.count(label, label),
      support: support.get(label) ?? 0,
      predicted: predictions.get(label) ?? 0,
    }));
  }

  /** Dense counts: row = target, column = prediction, both in the order of {@link labels}. */
  toRows(): number[][] {
    const labels = this.labels();
    return labels.map((target) => labels.map((predicted) => this.count(target, predicted)));
  }

  toJSON(): ConfusionMatrixData {
    const labels = this.labels();
    const index = new Map(labels.map((label, i) => [label, i]));
    const cells = this.entries()
      .map(([target, predicted, count]): [number, number, number] => [index.get(target)!, index.get(predicted)!, count])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return { labels, cells };
  }

  /** @throws TypeError when `data` does not have the shape of {@link ConfusionMatrixData} */
  static fromJSON(data: ConfusionMatrixData): ConfusionMatrix {
    const matrix = new ConfusionMatrix();
    for (const [target, predicted, count] of data.cells) {
      const from = data.labels[target];
      const to = data.labels[predicted];
      if (from === undefined || to === undefined) {
        throw Object.assign(new TypeError('not the data of a ConfusionMatrix'), { code: 'METRIC_INVALID_DATA' });
      }
      matrix.add(from, to, count);
    }
    return matrix;
  }
}
