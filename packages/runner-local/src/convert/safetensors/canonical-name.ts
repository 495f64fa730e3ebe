import type { Family } from '../families/family.ts';

/** llama.cpp's names for those that Hugging Face gives to the weights of a layer. */
const NAMES: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  ...{ 'self_attn.q_proj': 'attn_q', 'self_attn.k_proj': 'attn_k', 'self_attn.v_proj': 'attn_v' },
  ...{ 'self_attn.qkv_proj': 'attn_qkv', 'self_attn.o_proj': 'attn_output' },
  ...{ 'self_attn.q_norm': 'attn_q_norm', 'self_attn.k_norm': 'attn_k_norm' },
  post_attention_layernorm: 'ffn_norm',
  ...{ 'mlp.gate_proj': 'ffn_gate', 'mlp.up_proj': 'ffn_up', 'mlp.down_proj': 'ffn_down' },
  'mlp.gate_up_proj': 'ffn_up',
};
const OUTER: Readonly<Record<string, string>> = {
  ...{ 'model.embed_tokens': 'token_embd', 'model.norm': 'output_norm', lm_head: 'output' },
};

/** llama.cpp's name of a weight. @returns undefined for one that no decoder here has */
export function canonicalName(name: string, { names = {} }: Family): string | undefined {
  const [, stem, kind] = /^(.*)\.(weight|bias)$/.exec(name) ?? [];
  if (stem === undefined) return undefined;
  const outer = OUTER[stem];
  if (outer !== undefined) return `${outer}.${kind}`;
  const [, layer, part] = /^model\.layers\.(\d+)\.(.*)$/.exec(stem) ?? [];
  const known = part === undefined ? undefined : (names[part] ?? NAMES[part]);
  return known === undefined ? undefined : `blk.${layer}.${known}.${kind}`;
}
