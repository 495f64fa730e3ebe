import type { Family } from './family.ts';
import { NORMS_BEHIND } from './olmo2.ts';
import { localLayers, plainDecoder, windowOf } from './plain-decoder.ts';

/** EXAONE 4: norms behind each part; where there is a window, the layers without it have no rotary embedding. */
export const exaone4: Family = {
  models: 'EXAONE 4',
  ...{ type: 'exaone4', architecture: 'Exaone4ForCausalLM', gguf: 'exaone4', names: NORMS_BEHIND },
  decoder: (config) => {
    const plain = plainDecoder(config);
    if (config.optional('sliding_window') === null) return plain;
    const window = windowOf(config);
    const named = config.values.sliding_window_pattern;
    const period = typeof named === 'string' ? named.length : config.size('sliding_window_pattern', 4);
    const layers = localLayers(config, period, (isLocal) =>
      isLocal ? { rope: 0, window } : { rope: null, window: null },
    );
    return { ...plain, layers };
  },
};
