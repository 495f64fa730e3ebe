import type { Family } from './family.ts';
import { withUpperWindow } from './qwen2.ts';

/** Qwen 3 without experts: norms of queries and keys, which its weights tell. */
export const qwen3: Family = {
  models: 'Qwen 3 (dense)',
  ...{ type: 'qwen3', architecture: 'Qwen3ForCausalLM', gguf: 'qwen3' },
  decoder: withUpperWindow,
};
