import type { Decoder } from '../decoder/decoder.ts';
import type { Family } from './family.ts';
import type { FamilyConfig } from './family-config.ts';
import { localLayers, plainDecoder, windowOf } from './plain-decoder.ts';

/** Qwen 2 and 2.5: biases on queries, keys and values; the upper layers may have a window. */
export const qwen2: Family = {
  models: 'Qwen 2, 2.5',
  ...{ type: 'qwen2', architecture: 'Qwen2ForCausalLM', gguf: 'qwen2' },
  decoder: withUpperWindow,
};

/** Layers from `max_window_layers` on have the window, if `use_sliding_window` says so. */
export function withUpperWindow(config: FamilyConfig): Decoder {
  const plain = plainDecoder(config);
  const window = config.values.use_sliding_window === true ? windowOf(config) : null;
  if (window === null) return plain;
  if (config.values.layer_types !== undefined) {
    return { ...plain, layers: localLayers(config, 1, (isLocal) => ({ rope: 0, window: isLocal ? window : null })) };
  }
  const first = config.number('max_window_layers', plain.shape.layers);
  return { ...plain, layers: plain.layers.map((layer, at) => ({ ...layer, window: at >= first ? window : null })) };
}
