import type { Family } from './family.ts';
import { plainDecoder, windowOf } from './plain-decoder.ts';

/** Mistral: Llama with a sliding window in every layer, where the config has one. Its GGUF files are Llama's, without it. */
export const mistral: Family = {
  models: 'Mistral, Ministral',
  ...{ type: 'mistral', architecture: 'MistralForCausalLM', gguf: 'llama', ggufPairs: true },
  decoder: (config) => {
    const plain = plainDecoder(config);
    const window = windowOf(config);
    return { ...plain, layers: plain.layers.map((layer) => ({ ...layer, window })) };
  },
};
