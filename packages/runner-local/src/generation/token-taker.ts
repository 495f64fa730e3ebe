import type { Distributions } from '../layouts/causal-model.ts';
import type { JobResult, NewToken } from '../worker/messages.ts';
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
   * @returns whether the candidates tell
   */
  take(row: GenerationRow, distributions: Distributions, r: number, pass: EnginePass): boolean {
    const { k, topIds, topLogits, topLogProbabilities } = distributions;
    const { job } = row;
    if (!Number.isFinite(topLogProbabilities[r * k])) {
      pass.results.push(notANumber(job.id));
      this.finished.add(row);
      return true;
    }
    const span = [r * k, (r + 1) * k] as const;
    const candidates = {
      ids: topIds.subarray(...span),
      logits: topLogits.subarray(...span),
      logProbabilities: topLogProbabilities.subarray(...span),
      vocabularySize: this.#vocabularySize,
    };
    const { constraint } = row;
    if (constraint !== undefined) return this.#takeWithin(row, constraint, candidates, pass);
    return this.#choose(row, candidates, pass);
  }

  /** The same among the tokens that keep to the row's form; a form that cannot be kept to fails this row alone. */
  #takeWithin(row: GenerationRow, constraint: TokenConstraint, candidates: Candidates, pass: EnginePass): boolean {
    const { job } = row;
    const remaining = job.maxNewTokens - row.generated.length;
    try {
      const allowed = constraint.allowed(candidates, remaining);
      // What must follow needs no second look, unless its log-probability is to be listed.
      const forced = allowed === null && !job.top ? constraint.forced(remaining) : undefined;
      if (forced !== undefined) this.#add(row, forced, candidates, pass);
      else if (allowed === null || !this.#choose(row, allowed, pass, candidates)) return false;
    } catch (thrown) {
      pass.results.push(failedRow(job.id, thrown));
      this.finished.add(row);
    }
    return true;
  }

  /** @param listed what is told beside the token, where it is more than may be chosen */
  #choose(row: GenerationRow, candidates: Candidates, pass: EnginePass, listed = candidates): boolean {
    const { job } = row;
    // One draw a token, whether it takes one look or two.
    if (job.sampling.temperature > 0) row.draw ??= row.uniform();
    const token = chooseToken(candidates, job.sampling, row.seen, row.counts, row.draw ?? 0);
    if (token === null) return false;
    this.#add(row, token, listed, pass);
    return true;
  }

  #add(row: GenerationRow, token: number, { ids, logProbabilities }: Candidates, pass: EnginePass): void {
    const { job, constraint } = row;
    constraint?.accept(token);
    row.draw = undefined;
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
