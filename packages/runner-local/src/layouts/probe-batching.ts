import type { StepRow } from './causal-model.ts';
import type { StandardModel } from './standard-model.ts';

/** Nats by which a sequence's log-probabilities may move through its neighbours: rounding, no more. */
const TOLERANCE = 1e-3;

/**
 * Finds out by trial what an export bears: some take positions from the column index and are wrong behind padding; some
 * quantise activations over the whole batch, so that neighbours change a row's numbers.
 */
export async function probeBatching(model: StandardModel): Promise<void> {
  const a = tokens(model, 7, 3);
  const b = tokens(model, 7, 11);
  const short = tokens(model, 4, 5);
  model.batching = 'alone';
  const [aloneA, aloneB, aloneShort] = await follow(model, [a, b, short]);
  model.batching = 'even';
  const [evenA, evenB] = await follow(model, [a, b]);
  if (!near(evenA, aloneA) || !near(evenB, aloneB)) {
    model.batching = 'alone';
    return;
  }
  model.batching = 'ragged';
  const [raggedA, raggedShort] = await follow(model, [a, short]);
  if (!near(raggedA, aloneA) || !near(raggedShort, aloneShort)) model.batching = 'even';
}

/** Log-probabilities of one target after each prompt and after one token more, all prompts in the same steps. */
async function follow(model: StandardModel, prompts: readonly number[][]): Promise<number[][]> {
  const cache = model.createCache();
  cache.reserve(prompts.length, 16);
  const target = 2;
  const rows = prompts.map((prompt, slot): StepRow => ({ past: slot, pastLength: 0, tokens: prompt, store: slot }));
  const ends = prompts.map((prompt, row) => ({ row, position: prompt.length - 1, target }));
  const first = await model.step(cache, rows, ends, 1);
  const next = prompts.map(
    (prompt, slot): StepRow => ({ past: slot, pastLength: prompt.length, tokens: [target], store: slot }),
  );
  const second = await model.step(
    cache,
    next,
    prompts.map((_, row) => ({ row, position: 0, target })),
    1,
  );
  return prompts.map((_, row) => [first.targetLogProbabilities[row]!, second.targetLogProbabilities[row]!]);
}

function tokens(model: StandardModel, length: number, stride: number): number[] {
  return Array.from({ length }, (_, i) => (5 + i * stride) % model.vocabularySize);
}

function near(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.every((value, i) => Math.abs(value - b[i]!) <= TOLERANCE);
}
