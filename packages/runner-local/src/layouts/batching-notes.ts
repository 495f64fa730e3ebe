import type { Batching } from './causal-model.ts';

/** What a run says of a model whose kernels do not support every batch; nothing where they do. */
export function batchingNotes(batching: Batching): readonly string[] {
  if (batching === 'alone') {
    return [
      "batching alone: in this export neighbours in a batch change a sequence's numbers (activations quantised over the whole batch), so sequences run one at a time, slowly, and answers stay the same; an fp32, fp16 or q4 export runs in batches",
    ];
  }
  if (batching === 'even') {
    return [
      "batching even: in this export padding changes a sequence's numbers, so only sequences of equal length run together, and answers stay the same",
    ];
  }
  return [];
}
