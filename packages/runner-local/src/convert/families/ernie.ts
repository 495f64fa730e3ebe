import type { Family } from './family.ts';
import { plainDecoder } from './plain-decoder.ts';

/** ERNIE 4.5 without experts: Llama that turns neighbours together. */
export const ernie: Family = {
  models: 'ERNIE 4.5 (dense)',
  ...{ type: 'ernie4_5', architecture: 'Ernie4_5ForCausalLM', gguf: 'ernie4_5' },
  decoder: (config) => plainDecoder(config, { interleaved: true }),
};
