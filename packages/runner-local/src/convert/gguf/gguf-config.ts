import { formatName } from '../blocks/block-formats.ts';
import { cannotConvert } from '../export/cannot-convert.ts';
import type { Family } from '../families/family.ts';
import { FamilyConfig } from '../families/family-config.ts';
import { familyOfGguf } from '../families/family-of.ts';
import { tensorBytes } from '../onnx/tensor-source.ts';
import { plainTensor } from '../weights/weight-tensor.ts';
import type { GgufFile } from './read-gguf.ts';

type Json = Readonly<Record<string, unknown>>;

/** Keys of config.json, and those of the metadata behind the architecture's name. */
export const GGUF_KEYS: Readonly<Record<string, string>> = {
  hidden_size: 'embedding_length',
  num_hidden_layers: 'block_count',
  num_attention_heads: 'attention.head_count',
  num_key_value_heads: 'attention.head_count_kv',
  head_dim: 'attention.key_length',
  max_position_embeddings: 'context_length',
  rms_norm_eps: 'attention.layer_norm_rms_epsilon',
  rope_theta: 'rope.freq_base',
  rope_local_base_freq: 'rope.freq_base_swa',
  sliding_window: 'attention.sliding_window',
  attn_logit_softcapping: 'attn_logit_softcapping',
  final_logit_softcapping: 'final_logit_softcapping',
  embedding_multiplier: 'embedding_scale',
  residual_multiplier: 'residual_scale',
  attention_multiplier: 'attention.scale',
  logits_scaling: 'logit_scale',
};
const TOKENS: Readonly<Record<string, string>> = {
  bos_token_id: 'tokenizer.ggml.bos_token_id',
  eos_token_id: 'tokenizer.ggml.eos_token_id',
  pad_token_id: 'tokenizer.ggml.padding_token_id',
};

/** What a GGUF file says of its model, in the words of Hugging Face. */
export interface GgufConfig {
  readonly family: Family;
  readonly config: FamilyConfig;
  /** Tensors that are settings, and no weights. */
  readonly settings: readonly string[];
}

/**
 * Reads sizes and settings from the metadata.
 * @throws AssayError MODEL_UNSUPPORTED naming the architecture or setting, MODEL_LOAD where metadata is missing
 */
export function readGgufConfig(file: GgufFile): GgufConfig {
  const { path, architecture, metadata, tensors } = file;
  const family = familyOfGguf(architecture, path, metadata);
  const has = (name: string): boolean => tensors.has(name);
  const found = (keys: Readonly<Record<string, string>>, prefix: string): Json =>
    Object.fromEntries(
      Object.entries(keys).flatMap(([key, from]) => {
        const value = metadata.get(prefix + from);
        return value === undefined ? [] : [[key, value] as const];
      }),
    );
  const sizes = found(GGUF_KEYS, `${architecture}.`);
  const values = {
    ...{ architectures: [family.architecture], model_type: family.type },
    ...{ bos_token_id: null, eos_token_id: null },
    ...sizes,
    ...found(TOKENS, ''),
    vocab_size: tensors.get('token_embd.weight')?.dims[0] ?? 0,
    tie_word_embeddings: !has('output.weight'),
    ...partialRotary(file, sizes),
    ...layerTypes(file),
    ...ropeScaling(file),
  };
  const divisors = has('rope_freqs.weight') ? floats(file, 'rope_freqs.weight') : undefined;
  const settings = ['rope_freqs.weight', 'rope_factors_long.weight', 'rope_factors_short.weight'].filter(has);
  return { family, config: new FamilyConfig(values, path, true, divisors), settings };
}

/** Which layers have the window: each by name, or every so many. */
function layerTypes({ architecture, metadata }: GgufFile): Json {
  const pattern = metadata.get(`${architecture}.attention.sliding_window_pattern`);
  if (typeof pattern === 'number') return { sliding_window_pattern: pattern };
  if (!Array.isArray(pattern)) return {};
  return { layer_types: pattern.map((isLocal) => (isLocal ? 'sliding_attention' : 'full_attention')) };
}

function partialRotary({ architecture, metadata }: GgufFile, sizes: Json): Json {
  const turned = metadata.get(`${architecture}.rope.dimension_count`);
  const size = sizes.head_dim ?? Number(sizes.hidden_size) / Number(sizes.num_attention_heads);
  return typeof turned === 'number' && turned !== size ? { partial_rotary_factor: turned / Number(size) } : {};
}

/** Scaling of the rotary embedding; Llama 3's lies in `rope_freqs.weight`. */
function ropeScaling(file: GgufFile): Json {
  const { path, architecture, metadata, tensors } = file;
  const of = (key: string): unknown => metadata.get(`${architecture}.rope.scaling.${key}`);
  if (tensors.has('rope_factors_short.weight')) {
    const attention = of('attn_factor');
    return {
      rope_scaling: {
        rope_type: 'longrope',
        short_factor: [...floats(file, 'rope_factors_short.weight')],
        ...(attention === undefined ? {} : { attention_factor: attention }),
      },
      original_max_position_embeddings: of('original_context_length'),
    };
  }
  const kind = of('type');
  if (kind === undefined || kind === 'none') return {};
  const factor = of('factor');
  if (kind === 'linear') return { rope_scaling: { rope_type: 'linear', factor } };
  if (kind === 'yarn') {
    const original = of('original_context_length');
    return { rope_scaling: { rope_type: 'yarn', factor, original_max_position_embeddings: original } };
  }
  throw cannotConvert(path, `its rope scaling ${JSON.stringify(kind)} is not known`);
}

function floats(file: GgufFile, name: string): Float32Array {
  const tensor = file.tensors.get(name)!;
  if (tensor.type !== 0) throw cannotConvert(file.path, `${name} is ${formatName(tensor.type)}, and F32 is wanted`);
  return new Float32Array(tensorBytes(plainTensor(tensor)).buffer);
}
