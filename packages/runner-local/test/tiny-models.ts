import { fileURLToPath } from 'node:url';
import { GenerationEngine } from '../src/generation/generation-engine.ts';
import type { SamplingOptions } from '../src/generation/sampling.ts';
import type { CausalModel } from '../src/layouts/causal-model.ts';
import { Source } from '../src/layouts/source.ts';
import type { GenerateJob, ModelSpec } from '../src/worker/messages.ts';

export const TINY_LIMITS = { slots: 4, prefillTokens: 64, cacheBytes: 1e6 };
export const GREEDY: SamplingOptions = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  presencePenalty: 0,
};

/** A file of fixtures/tiny. */
export function tinyFile(name: string): string {
  return fileURLToPath(new URL(`../fixtures/tiny/${name}`, import.meta.url));
}

/** A model of fixtures/tiny by its graphs. */
export function tinySpec(graph: string, others: Partial<ModelSpec> = {}): ModelSpec {
  return {
    name: graph,
    graph: tinyFile(graph),
    cache: { layers: 0, heads: 0, headSize: 0 },
    vocabularySize: 48,
    contextLength: 64,
    ...others,
  };
}

/** What a decoder is given to continue with: its own beginning, and for an encoder-decoder what it answers. */
export interface TinyPrompt {
  readonly tokens: readonly number[];
  readonly source?: readonly number[];
}

/** The slow twin: the whole sequence without a past, alone, for every token. */
export async function aloneWithoutCache(
  model: CausalModel,
  { tokens: start, source }: TinyPrompt,
  count: number,
): Promise<{ tokens: number[]; logProbabilities: number[] }> {
  const tokens = [...start];
  const logProbabilities: number[] = [];
  for (let i = 0; i < count; i++) {
    const whole = source === undefined ? undefined : new Source(source);
    const row = { past: 0, pastLength: 0, tokens, store: -1, source: whole };
    const out = await model.step(model.createCache(), [row], [{ row: 0, position: tokens.length - 1, target: 0 }], 1);
    tokens.push(out.topIds[0]!);
    logProbabilities.push(out.topLogProbabilities[0]!);
  }
  return { tokens: tokens.slice(start.length), logProbabilities };
}

export function tinyJob(id: number, prompt: TinyPrompt, more: Partial<GenerateJob> = {}): GenerateJob {
  return {
    kind: 'generate',
    id,
    tokens: Int32Array.from(prompt.tokens),
    source: prompt.source === undefined ? undefined : Int32Array.from(prompt.source),
    maxNewTokens: 10,
    eosIds: [],
    sampling: GREEDY,
    seed: id,
    streams: false,
    ...more,
  };
}

/** Answers of the engine, by job id. */
export async function generateTiny(
  model: CausalModel,
  jobs: readonly GenerateJob[],
  slots: number,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const engine = new GenerationEngine(model, { ...TINY_LIMITS, slots });
  for (const job of jobs) engine.add(job);
  const answers = new Map<number, number[]>();
  while (engine.busy) {
    for (const result of (await engine.pass()).results) {
      if (result.kind !== 'generate') throw new Error(`job ${result.id} failed`);
      answers.set(result.id, Array.from(result.tokens));
    }
  }
  return new Map([...answers].sort(([a], [b]) => a - b));
}
