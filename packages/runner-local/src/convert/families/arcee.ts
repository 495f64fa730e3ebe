import type { Family } from './family.ts';
import { plainDecoder } from './plain-decoder.ts';

/** Arcee's AFM: Llama whose feed-forward has no gate. */
export const arcee: Family = {
  models: 'Arcee AFM',
  ...{ type: 'arcee', architecture: 'ArceeForCausalLM', gguf: 'arcee', ggufPairs: true },
  decoder: (config) => ({ ...plainDecoder(config, { interleaved: config.isGguf }), activation: 'relu2' }),
};
