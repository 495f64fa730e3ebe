import type { Family } from './family.ts';
import { plainDecoder } from './plain-decoder.ts';

/** IBM's Granite 3 and 4 without experts: Llama with four factors. */
export const granite: Family = {
  models: 'Granite 3, 4 (dense)',
  ...{ type: 'granite', architecture: 'GraniteForCausalLM', gguf: 'granite', ggufPairs: true },
  decoder: (config) => ({
    ...plainDecoder(config, { interleaved: config.isGguf }),
    embeddingFactor: config.number('embedding_multiplier', 1),
    residualFactor: config.number('residual_multiplier', 1),
    attentionScale: config.number('attention_multiplier', 1),
    logitFactor: 1 / config.number('logits_scaling', 1),
  }),
};
