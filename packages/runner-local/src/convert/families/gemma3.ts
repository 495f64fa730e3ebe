import type { Family } from './family.ts';
import { GEMMA_NAMES, gemmaDecoder } from './gemma2.ts';
import { localLayers, windowOf } from './plain-decoder.ts';
import { readRope, ropeSettings } from './rope.ts';

/** Gemma 3 for text: five local layers to a global one, each kind with a rotary embedding of its own. */
export const gemma3: Family = {
  models: 'Gemma 3 (text)',
  ...{ type: 'gemma3_text', architecture: 'Gemma3ForCausalLM', gguf: 'gemma3', names: GEMMA_NAMES },
  decoder: (config) => {
    const plain = gemmaDecoder(config);
    const { headSize } = plain.shape;
    const both = config.values.rope_parameters as Readonly<Record<string, unknown>> | undefined;
    const localTheta = config.number('rope_local_base_freq', 10_000);
    const local = both === undefined ? { rope_theta: localTheta } : ropeSettings(config, 'sliding_attention');
    const global = { rope_theta: 1_000_000, ...ropeSettings(config, 'full_attention') };
    const ropes = [local, global].map((settings) => readRope(config, settings, headSize, false).rope);
    const window = windowOf(config);
    const period = config.size('sliding_window_pattern', 6);
    const layers = localLayers(config, period, (isLocal) => ({
      rope: isLocal ? 0 : 1,
      window: isLocal ? window : null,
    }));
    return { ...plain, ropes, layers };
  },
};
