import type { Family } from './family.ts';
import { plainDecoder, windowOf } from './plain-decoder.ts';

/** Mistral: Llama with a sliding window in every layer, where the config has one. */
export const mistral: Family = {
  models: 'Mistral, Ministral',
  ...{ type: 'mistral', architecture: 'MistralForCausalLM', gguf: 'mistral', ggufPairs: true },
  decoder: (config) => {
    const plain = plainDecoder(config, { interleaved: config.isGguf });
    const window = windowOf(config);
    return { ...plain, layers: plain.layers.map((layer) => ({ ...layer, window })) };
  },
};
