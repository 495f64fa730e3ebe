import { expect } from 'vitest';
import { GenerationEngine } from '../src/generation/generation-engine.ts';
import type { CausalModel } from '../src/layouts/causal-model.ts';
import type { GenerateJob, ScoreJob } from '../src/worker/messages.ts';
import { scoreAll } from './score-all.ts';
import { GREEDY } from './tiny-models.ts';

/** What transformers answers with the weights of a folder (fixtures/make_families.py, make_hybrids.py). */
export interface Reference {
  readonly answers: readonly {
    readonly prompt: readonly number[];
    readonly tokens: readonly number[];
    /** Of every token behind the first. */
    readonly logProbabilities: readonly number[];
  }[];
}

const LIMITS = { slots: 32, prefillTokens: 64, cacheBytes: 2 ** 24 };

/** All prompts over and over, `batch` at a time, from the `first` on. */
export async function generateReferences(
  model: CausalModel,
  { answers }: Reference,
  batch: number,
  first: number,
): Promise<number[][]> {
  const engine = new GenerationEngine(model, LIMITS);
  const jobs = Array.from({ length: Math.max(batch, answers.length) }, (_, at): GenerateJob => {
    const { prompt, tokens } = answers[(first + at) % answers.length]!;
    const settings = { eosIds: [], sampling: GREEDY, seed: at, streams: false };
    return { kind: 'generate', id: at, tokens: Int32Array.from(prompt), maxNewTokens: tokens.length, ...settings };
  });
  const found: number[][] = [];
  let [next, done] = [0, 0];
  while (next < jobs.length || engine.busy) {
    for (; next < jobs.length && next - done < batch; next++) engine.add(jobs[next]!);
    for (const result of (await engine.pass()).results) {
      if (result.kind !== 'generate') throw new Error(`job ${result.id} failed`);
      found[result.id] = Array.from(result.tokens);
      done++;
    }
  }
  return found;
}

/** Holds log-probabilities near the references, in three orders and batches. @param within nats */
export async function expectLogProbabilities(model: CausalModel, { answers }: Reference, within = 1e-4): Promise<void> {
  const jobs = answers.map(({ prompt, tokens }, id): ScoreJob => {
    return { kind: 'score', id, tokens: Int32Array.from([...prompt, ...tokens]), from: 1 };
  });
  for (const batch of [jobs, jobs.toReversed(), [...jobs, ...jobs].map((job, id) => ({ ...job, id }))]) {
    const { results } = await scoreAll(model, batch, LIMITS);
    for (const [at, result] of results.entries()) {
      if (result.kind !== 'score') throw new Error(`job ${result.id} failed`);
      const expected = answers[at % answers.length]!.logProbabilities;
      const far = expected.map((nats, i) => Math.abs(nats - result.logProbabilities[i]!));
      expect(Math.max(...far)).toBeLessThan(within);
    }
  }
}
