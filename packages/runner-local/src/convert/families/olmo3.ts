import type { Family } from './family.ts';
import { NORMS_BEHIND } from './olmo2.ts';
import { localLayers, plainDecoder, windowOf } from './plain-decoder.ts';
import { readRope, ropeSettings } from './rope.ts';

/** OLMo 3: OLMo 2 with three local layers to a global one; only global ones have their rotary embedding scaled. */
export const olmo3: Family = {
  models: 'OLMo 3',
  ...{ type: 'olmo3', architecture: 'Olmo3ForCausalLM', names: NORMS_BEHIND },
  ...{ gguf: 'olmo2', ggufSetting: 'attention.sliding_window' },
  decoder: (config) => {
    const plain = plainDecoder(config);
    const { rope_theta: theta = 10_000, rope_parameters: both } = config.values;
    const local = both === undefined ? { rope_theta: theta } : ropeSettings(config, 'sliding_attention');
    const read = [local, ropeSettings(config, 'full_attention')].map((settings) =>
      readRope(config, settings, plain.shape.headSize, false),
    );
    const window = windowOf(config);
    const layers = localLayers(config, 4, (isLocal) => ({ rope: isLocal ? 0 : 1, window: isLocal ? window : null }));
    const contextLength = Math.min(...read.map((one) => one.contextLength));
    return { ...plain, contextLength, layers, ropes: read.map(({ rope }) => rope) };
  },
};
