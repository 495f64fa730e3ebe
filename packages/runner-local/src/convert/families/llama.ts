import type { Family } from './family.ts';
import { plainDecoder } from './plain-decoder.ts';

/** Llama 2 and 3, SmolLM2, TinyLlama and all that is built like them. */
export const llama: Family = {
  models: 'Llama 2, 3.x, SmolLM2, TinyLlama and others built like them',
  ...{ type: 'llama', architecture: 'LlamaForCausalLM', gguf: 'llama', ggufPairs: true },
  decoder: (config) => plainDecoder(config, { interleaved: config.isGguf }),
};
