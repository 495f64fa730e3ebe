import { join } from 'node:path';
import { readModelConfig } from '../../models/model-config.ts';
import { buildDecoder } from '../decoder/build-decoder.ts';
import type { Decoder } from '../decoder/decoder.ts';
import { cannotConvert } from '../export/cannot-convert.ts';
import type { SlimGraph } from '../export/slim-from-export.ts';
import type { Family } from '../families/family.ts';
import { FamilyConfig } from '../families/family-config.ts';
import { familyOf } from '../families/family-of.ts';
import type { WeightTensor } from '../weights/weight-tensor.ts';
import { readSafetensors, safetensorsFiles } from './read-safetensors.ts';

/** ggml's numbers of the formats that both have. */
const TYPES: Readonly<Record<string, number>> = { F32: 0, F16: 1, BF16: 30 };

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

/**
 * Builds the slim graph of a model as transformers saves it: config.json and safetensors, no export needed.
 * @throws AssayError MODEL_UNSUPPORTED naming the architecture, setting or tensor, MODEL_LOAD
 */
export function slimFromSafetensors(folder: string): SlimGraph & { readonly decoder: Decoder } {
  const file = join(folder, 'config.json');
  const config = readModelConfig(folder);
  const family = familyOf(config.model_type, file);
  const decoder = family.decoder(new FamilyConfig(config, file));
  const found = safetensorsFiles(folder).flatMap(readSafetensors);
  const tied = config.tie_word_embeddings === true;
  const tensors = new Map<string, WeightTensor>();
  for (const { name, dtype, dims, file: shard, offset } of found) {
    // Older checkpoints keep what is computed, and a second copy of what is tied.
    if (name.endsWith('rotary_emb.inv_freq') || (tied && name === 'lm_head.weight')) continue;
    const known = canonicalName(name, family);
    if (known === undefined) throw cannotConvert(shard, `what its tensor ${name} does is not known`);
    tensors.set(known, { name: known, type: TYPES[dtype]!, dims, file: shard, offset });
  }
  return { ...buildDecoder(tensors, decoder, folder), decoder };
}

function canonicalName(name: string, { names = {} }: Family): string | undefined {
  const [, stem, kind] = /^(.*)\.(weight|bias)$/.exec(name) ?? [];
  if (stem === undefined) return undefined;
  const outer = OUTER[stem];
  if (outer !== undefined) return `${outer}.${kind}`;
  const [, layer, part] = /^model\.layers\.(\d+)\.(.*)$/.exec(stem) ?? [];
  const known = part === undefined ? undefined : (names[part] ?? NAMES[part]);
  return known === undefined ? undefined : `blk.${layer}.${known}.${kind}`;
}
