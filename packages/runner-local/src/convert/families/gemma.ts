import type { Family } from './family.ts';
import { gemmaDecoder } from './gemma2.ts';

/** The first Gemma: norms before each part, as in Llama. */
export const gemma: Family = {
  models: 'Gemma 1',
  ...{ type: 'gemma', architecture: 'GemmaForCausalLM', gguf: 'gemma' },
  decoder: gemmaDecoder,
};
