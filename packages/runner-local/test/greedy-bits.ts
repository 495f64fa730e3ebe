import type { CausalModel, StepRow } from '../src/layouts/causal-model.ts';

/** How prompts go through a model; none of it may show in its answers. */
export interface Composition {
  /** Places of the prompts, in the order that they are taken in. */
  readonly order: readonly number[];
  readonly batch: number;
  /** Most tokens of a prompt that are read in one pass. @default all */
  readonly cut?: number;
  /** Columns of the cache that nobody needs. @default 0 */
  readonly spare?: number;
}

/** What a prompt was answered with, to the last bit. */
export interface AnswerBits {
  readonly tokens: number[];
  /** Bits of the fp32 numbers that each choice was made by. */
  readonly bits: number[];
}

/** Greedy answers of `count` tokens to each prompt, in the order of the prompts. */
export async function greedyBits(
  model: CausalModel,
  prompts: readonly (readonly number[])[],
  count: number,
  { order, batch, cut = Number.POSITIVE_INFINITY, spare = 0 }: Composition,
): Promise<AnswerBits[]> {
  const answers: AnswerBits[] = prompts.map(() => ({ tokens: [], bits: [] }));
  for (let start = 0; start < order.length; start += batch) {
    await answerGroup(model, order.slice(start, start + batch), prompts, answers, count, cut, spare);
  }
  return answers;
}

async function answerGroup(
  model: CausalModel,
  group: readonly number[],
  prompts: readonly (readonly number[])[],
  answers: readonly AnswerBits[],
  count: number,
  cut: number,
  spare: number,
): Promise<void> {
  const cache = model.createCache();
  const longest = Math.max(...group.map((place) => prompts[place]!.length));
  cache.reserve(group.length, longest + count + spare);
  const read = group.map(() => 0);
  for (;;) {
    const rows = group.flatMap((place, slot): (StepRow & { readonly place: number })[] => {
      const [prompt, { tokens }] = [prompts[place]!, answers[place]!];
      if (tokens.length === count) return [];
      const all = [...prompt, ...tokens];
      const next = all.slice(read[slot], Math.min(all.length, read[slot]! + cut));
      return [{ past: slot, pastLength: read[slot]!, tokens: next, store: slot, place }];
    });
    if (rows.length === 0) return;
    const wanted = rows.map(({ tokens }, row) => ({ row, position: tokens.length - 1, target: 5 }));
    const found = await model.step(cache, rows, wanted, 2);
    rows.forEach(({ place, past, pastLength, tokens }, row) => {
      read[past] = pastLength + tokens.length;
      const answer = answers[place]!;
      if (read[past]! < prompts[place]!.length) return;
      answer.tokens.push(found.topIds[2 * row]!);
      const numbers = Float32Array.of(found.topLogits[2 * row]!, found.targetLogProbabilities[row]!);
      answer.bits.push(...new Uint32Array(numbers.buffer));
    });
  }
}
