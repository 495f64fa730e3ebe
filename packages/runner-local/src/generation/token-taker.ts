import type { Distributions } from '../layouts/causal-model.ts';
import type { JobResult, NewToken } from '../worker/messages.ts';
import { chooseAmongAll, chooseWithin } from './choose-within.ts';
import type { GenerationRow } from './generation-row.ts';
import { failedRow, notANumber, rowResult } from './row-result.ts';
import { type Candidates, chooseToken } from './sampling.ts';
import type { TokenConstraint } from './token-constraint.ts';

/** What one pass brought. */
export interface EnginePass {
  readonly results: JobResult[];
  readonly tokens: NewToken[];
  newTokens: number;
  promptTokens: number;
}

const NO_TOKEN = -1;

/** Chooses the next tokens of rows, and knows which rows have ended with them. */
export class TokenTaker {
  readonly #vocabularySize: number;
  /** Rows that have ended and still have their slots. */
  readonly finished: Set<GenerationRow> = new Set();

  constructor(vocabularySize: number) {
    this.#vocabularySize = vocabularySize;
  }

  /**
   * Chooses a row's next token and says when that ends it.
   * @param known candidates that a choice within a form looks at first, however many there are
   * @returns whether the candidates tell
   */
  take(row: GenerationRow, distributions: Distributions, r: number, known: number, pass: EnginePass): boolean {
    const { k, topIds, topLogits, topLogProbabilities } = distributions;
    const { job, constraint } = row;
    if (!Number.isFinite(topLogProbabilities[r * k])) {
      pass.results.push(notANumber(job.id));
      this.finished.add(row);
      return true;
    }
    const first = (count: number): Candidates => {
      const span = [r * k, r * k + Math.min(k, count)] as const;
      return {
        ids: topIds.subarray(...span),
        logits: topLogits.subarray(...span),
        logProbabilities: topLogProbabilities.subarray(...span),
        vocabularySize: this.#vocabularySize,
      };
    };
    const candidates = first(k);
    const token =
      constraint === undefined
        ? this.#choose(row, candidates)
        : this.#chooseWithin(row, constraint, first(known), candidates, pass);
    if (token === null) return false;
    if (token >= 0) this.#add(row, token, candidates, pass);
    return true;
  }

  #choose(row: GenerationRow, candidates: Candidates): number | null {
    const { job } = row;
    // One draw a token, whether it takes one look or two.
    if (job.sampling.temperature > 0) row.draw ??= row.uniform();
    return chooseToken(candidates, job.sampling, row.seen, row.counts, row.draw ?? 0);
  }

  /** A form that cannot be kept to fails this row alone. */
  #chooseWithin(
    row: GenerationRow,
    constraint: TokenConstraint,
    first: Candidates,
    all: Candidates,
    pass: EnginePass,
  ): number | null {
    try {
      if (row.open === undefined) {
        const choice = chooseWithin(row, constraint, first);
        if (typeof choice === 'number') return constraint.accept(choice);
        row.open = choice;
      }
      if (all.ids.length < this.#vocabularySize) return null;
      return constraint.accept(chooseAmongAll(row, constraint, all, row.open));
    } catch (thrown) {
      pass.results.push(failedRow(row.job.id, thrown));
      this.finished.add(row);
      return NO_TOKEN;
    }
  }

  #add(row: GenerationRow, token: number, { ids, logProbabilities }: Candidates, pass: EnginePass): void {
    const { job, constraint } = row;
    row.draw = undefined;
    row.open = undefined;
    row.generated.push(token);
    row.seen.add(token);
    row.counts.set(token, (row.counts.get(token) ?? 0) + 1);
    pass.newTokens++;
    if (job.streams) {
      const top = Math.min(ids.length, job.top ?? 0);
      pass.tokens.push({
        id: job.id,
        token,
        logProbability: logProbabilities[ids.indexOf(token)] ?? Number.NaN,
        topIds: ids.slice(0, top),
        topLogProbabilities: logProbabilities.slice(0, top),
      });
    }
    const stops = job.eosIds.includes(token) || constraint?.isComplete === true;
    if (stops || row.generated.length >= job.maxNewTokens) {
      pass.results.push(rowResult(row, stops));
      this.finished.add(row);
    }
  }
}
