import { metricError } from '../overlap/metric-error.ts';
import { mergeStatistics, SIGNATURE_VERSION, type TextMetric } from '../overlap/text-metric.ts';
import { type AlignmentSink, alignSymbols } from './align-symbols.ts';
import { AlignmentBuilder, type AlignmentChunk } from './alignment.ts';
import { EditCounter } from './edit-counter.ts';
import { type ErrorRates, errorRates } from './error-rates.ts';
import type { SymbolPair } from './symbol-pair.ts';

export interface ErrorRateOptions {
  /**
   * What a reference without tokens does. jiwer raises an error; `insertions` counts every token of the hypothesis as
   * inserted, and the score is null where no reference at all has a token. @default 'error'
   */
  readonly emptyReference?: 'error' | 'insertions';
}

/** An error rate over some kind of token, with the alignment that it counts. */
export interface ErrorRateMetric extends TextMetric<ErrorRates | null> {
  /** How the hypothesis is aligned with one reference, as runs of tokens. */
  align(hypothesis: string, reference: string): AlignmentChunk[];
}

/** An error rate from a way to write two texts as symbols. */
export function errorRateMetric(
  name: string,
  tokens: string,
  write: (reference: string, hypothesis: string) => SymbolPair,
  options: ErrorRateOptions,
): ErrorRateMetric {
  const counter = new EditCounter();
  const mayBeEmpty = options.emptyReference === 'insertions';

  function run(hypothesis: string, reference: string, sink: AlignmentSink): void {
    const { kernel, patternLength, textLength } = write(reference, hypothesis);
    if (patternLength === 0 && !mayBeEmpty) {
      throw metricError('METRIC_TARGET_EMPTY', `${name} has no value for a reference without tokens`);
    }
    alignSymbols(kernel, patternLength, textLength, sink);
  }

  function add(sum: Float64Array, hypothesis: string, references: readonly string[]): void {
    if (references.length === 0) throw metricError('METRIC_NO_REFERENCE', `${name} needs at least one reference`);
    let best = -1;
    let bestRate = Number.POSITIVE_INFINITY;
    for (let r = 0; r < references.length; r++) {
      counter.reset();
      run(hypothesis, references[r]!, counter);
      if (references.length === 1) break;
      const rate = rateOf(counter);
      if (rate < bestRate || r === 0) {
        best = r;
        bestRate = rate;
      }
    }
    if (best >= 0 && best < references.length - 1) {
      counter.reset();
      run(hypothesis, references[best]!, counter);
    }
    sum[0]! += counter.hits;
    sum[1]! += counter.substitutions;
    sum[2]! += counter.deletions;
    sum[3]! += counter.insertions;
  }

  return {
    name,
    size: 4,
    statistics: (hypothesis, references) => {
      const sum = new Float64Array(4);
      add(sum, hypothesis, references);
      return sum;
    },
    add,
    merge: mergeStatistics,
    score: errorRates,
    align: (hypothesis, reference) => {
      const builder = new AlignmentBuilder();
      run(hypothesis, reference, builder);
      return builder.finish();
    },
    signature: (references = 1) =>
      [
        `nrefs:${references}`,
        'case:mixed',
        `tok:${tokens}`,
        `empty:${options.emptyReference ?? 'error'}`,
        `version:${SIGNATURE_VERSION}`,
      ].join('|'),
  };
}

/** Edits over the reference's length: infinite where only the hypothesis has tokens, 0 where neither has. */
function rateOf({ hits, substitutions, deletions, insertions }: EditCounter): number {
  const edits = substitutions + deletions + insertions;
  return edits === 0 ? 0 : edits / (hits + substitutions + deletions);
}
