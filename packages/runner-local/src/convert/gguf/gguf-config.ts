import { basename } from 'node:path';
import { AssayError } from '@assay/core';
import { cannotConvert } from '../export/cannot-convert.ts';
import type { DecoderConfig } from '../export/decoder-config.ts';
import type { GgufFile } from './read-gguf.ts';

/** What a GGUF file says of its model. */
export interface GgufConfig extends DecoderConfig {
  readonly epsilon: number;
  /** [headSize / 2] radians a position. */
  readonly frequencies: readonly number[];
  /** Whether neighbours are turned together (llama.cpp's order of llama weights), or halves. */
  readonly interleaved: boolean;
  /** config.json of the converted folder. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Architectures whose graph is built here, with the names that Hugging Face has for them. */
const ARCHITECTURES: Readonly<
  Record<string, { readonly type: string; readonly name: string; readonly interleaved: boolean }>
> = {
  llama: { type: 'llama', name: 'LlamaForCausalLM', interleaved: true },
  qwen2: { type: 'qwen2', name: 'Qwen2ForCausalLM', interleaved: false },
  qwen3: { type: 'qwen3', name: 'Qwen3ForCausalLM', interleaved: false },
};

/**
 * Reads sizes and settings from the metadata.
 * @param factors of `rope_freqs.weight` (Llama 3), where the file has it
 * @throws AssayError MODEL_UNSUPPORTED naming the architecture or setting, MODEL_LOAD where metadata is missing
 */
export function readGgufConfig(file: GgufFile, factors?: Float32Array): GgufConfig {
  const { path, architecture, metadata, tensors } = file;
  const known = ARCHITECTURES[architecture];
  if (known === undefined) {
    const names = Object.keys(ARCHITECTURES).join(', ');
    throw cannotConvert(path, `the architecture ${architecture} is not one of ${names}`);
  }
  const number = (key: string, otherwise?: number): number => {
    const value = metadata.get(`${architecture}.${key}`) ?? otherwise;
    if (typeof value === 'number' && value > 0) return value;
    throw new AssayError('MODEL_LOAD', `${basename(path)} has no number ${architecture}.${key}`, {
      at: { file: path },
    });
  };
  const heads = number('attention.head_count');
  const keyHeads = number('attention.head_count_kv', heads);
  const hiddenSize = number('embedding_length');
  const headSize = number('attention.key_length', hiddenSize / heads);
  if (number('rope.dimension_count', headSize) !== headSize) {
    throw cannotConvert(path, 'its rotary embedding turns only a part of each head');
  }
  const layers = number('block_count');
  const contextLength = number('context_length');
  const theta = number('rope.freq_base', 10_000);
  const epsilon = number('attention.layer_norm_rms_epsilon');
  const slower = ropeFactor(file);
  const frequencies = Array.from({ length: headSize / 2 }, (_, i) => {
    return theta ** ((-2 * i) / headSize) / (factors?.[i] ?? 1) / slower;
  });
  const vocabularySize = tensors.get('token_embd.weight')?.dims[0] ?? 0;
  return {
    shape: { layers, heads, keyHeads, headSize, hiddenSize },
    ...{ vocabularySize, contextLength, epsilon, frequencies, interleaved: known.interleaved },
    json: {
      ...{ architectures: [known.name], model_type: known.type, hidden_act: 'silu', hidden_size: hiddenSize },
      ...{ head_dim: headSize, num_attention_heads: heads, num_key_value_heads: keyHeads, num_hidden_layers: layers },
      ...{
        max_position_embeddings: contextLength,
        vocab_size: vocabularySize,
        rms_norm_eps: epsilon,
        rope_theta: theta,
      },
      tie_word_embeddings: !tensors.has('output.weight'),
      bos_token_id: metadata.get('tokenizer.ggml.bos_token_id') ?? null,
      eos_token_id: metadata.get('tokenizer.ggml.eos_token_id') ?? null,
      ...(metadata.has('tokenizer.ggml.padding_token_id')
        ? { pad_token_id: metadata.get('tokenizer.ggml.padding_token_id') }
        : {}),
    },
  };
}

/** By how much positions are slowed down (linear scaling). */
function ropeFactor({ path, architecture, metadata }: GgufFile): number {
  const kind = metadata.get(`${architecture}.rope.scaling.type`);
  if (kind === undefined || kind === 'none') return 1;
  const factor = metadata.get(`${architecture}.rope.scaling.factor`);
  if (kind === 'linear' && typeof factor === 'number' && factor > 0) return factor;
  throw cannotConvert(path, `its rope scaling ${JSON.stringify(kind)} is not known`);
}
