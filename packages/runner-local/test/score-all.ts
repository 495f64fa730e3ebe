import type { CausalModel } from '../src/layouts/causal-model.ts';
import { ScoringEngine } from '../src/log-probability/scoring-engine.ts';
import type { BatchLimits, JobResult, ScoreJob } from '../src/worker/messages.ts';

/** Scores one batch to its end. */
export async function scoreAll(
  model: CausalModel,
  jobs: readonly ScoreJob[],
  limits: BatchLimits,
): Promise<{ results: JobResult[]; promptTokens: number }> {
  const engine = new ScoringEngine(model, limits);
  engine.add(jobs);
  const results: JobResult[] = [];
  let promptTokens = 0;
  while (engine.busy) {
    const pass = await engine.pass();
    results.push(...pass.results);
    promptTokens += pass.promptTokens;
  }
  return { results: results.sort((a, b) => a.id - b.id), promptTokens };
}
