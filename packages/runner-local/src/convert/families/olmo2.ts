import type { Family } from './family.ts';
import { plainDecoder } from './plain-decoder.ts';

/** Norms behind attention and feed-forward, none before them. */
export const NORMS_BEHIND: Readonly<Record<string, string>> = {
  post_attention_layernorm: 'post_attention_norm',
  post_feedforward_layernorm: 'post_ffw_norm',
};

/** OLMo 2: norms behind each part, and one over all heads of queries, and of keys. */
export const olmo2: Family = {
  models: 'OLMo 2',
  ...{ type: 'olmo2', architecture: 'Olmo2ForCausalLM', gguf: 'olmo2', names: NORMS_BEHIND },
  decoder: (config) => plainDecoder(config),
};
