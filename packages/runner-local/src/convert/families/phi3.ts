import type { Family } from './family.ts';
import { plainDecoder, windowOf } from './plain-decoder.ts';

/** Phi-3, Phi-3.5 and Phi-4-mini: fused projections, a part of each head turned, a long rotary embedding. */
export const phi3: Family = {
  models: 'Phi-3, Phi-3.5, Phi-4-mini',
  ...{ type: 'phi3', architecture: 'Phi3ForCausalLM', gguf: 'phi3' },
  decoder: (config) => {
    const plain = plainDecoder(config);
    const window = windowOf(config);
    return { ...plain, layers: plain.layers.map((layer) => ({ ...layer, window })) };
  },
};
