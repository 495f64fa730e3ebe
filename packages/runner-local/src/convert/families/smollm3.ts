import type { Family } from './family.ts';
import { plainDecoder } from './plain-decoder.ts';

/** SmolLM3: every fourth layer has no rotary embedding. */
export const smollm3: Family = {
  models: 'SmolLM3',
  ...{ type: 'smollm3', architecture: 'SmolLM3ForCausalLM', gguf: 'smollm3', ggufPairs: true },
  decoder: (config) => {
    const plain = plainDecoder(config, { interleaved: config.isGguf });
    const turned = config.perLayer('no_rope_layers');
    const period = config.size('no_rope_layer_interval', 4);
    // The list's name says the contrary of what it holds: 1 is a layer with a rotary embedding.
    const hasRope = (at: number): boolean => (turned === undefined ? (at + 1) % period !== 0 : Boolean(turned[at]));
    return { ...plain, layers: plain.layers.map((layer, at) => ({ ...layer, rope: hasRope(at) ? 0 : null })) };
  },
};
