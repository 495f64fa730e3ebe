/** A llama with random weights, and how it is exported. */
export interface TinyLlama {
  readonly layers: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly headSize: number;
  readonly hiddenSize: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly theta: number;
  /** Output layer = embedding. */
  readonly tied: boolean;
  /** Biases on queries, keys and values (Qwen2). */
  readonly bias: boolean;
  /** RMS norms of each query and key head (Qwen3). */
  readonly headNorms: boolean;
}

export const TINY_LLAMA: TinyLlama = {
  layers: 2,
  heads: 4,
  keyHeads: 2,
  headSize: 16,
  hiddenSize: 32,
  feedForward: 48,
  vocabulary: 96,
  theta: 10_000,
  tied: false,
  bias: false,
  headNorms: false,
};

/** Of every RMS norm. */
export const EPSILON = 1e-5;

export type TinyWeights = Map<string, { readonly dims: readonly number[]; readonly values: Float32Array }>;

/** Weights of a tiny llama by the names that Hugging Face gives them; [out,in] where they are matrices. */
export function tinyWeights(model: TinyLlama): TinyWeights {
  const { hiddenSize: d, heads, keyHeads, headSize, feedForward, vocabulary } = model;
  let state = 12_345;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const weights: TinyWeights = new Map();
  const add = (name: string, dims: readonly number[], make: () => number): void => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    weights.set(name, { dims, values: Float32Array.from({ length: count }, make) });
  };
  const matrix = (name: string, rows: number, columns: number): void =>
    add(name, [rows, columns], () => random() * Math.min(0.4, 2.3 / Math.sqrt(columns)));
  const norm = (name: string, size: number): void => add(name, [size], () => 1 + random() * 0.3);
  add('model.embed_tokens.weight', [vocabulary, d], () => random() * Math.min(1, 32 / d));
  for (let layer = 0; layer < model.layers; layer++) {
    const at = `model.layers.${layer}.`;
    norm(`${at}input_layernorm.weight`, d);
    for (const [name, count] of [
      ['q', heads],
      ['k', keyHeads],
      ['v', keyHeads],
    ] as const) {
      matrix(`${at}self_attn.${name}_proj.weight`, count * headSize, d);
      if (model.bias) add(`${at}self_attn.${name}_proj.bias`, [count * headSize], random);
      if (model.headNorms && name !== 'v') norm(`${at}self_attn.${name}_norm.weight`, headSize);
    }
    matrix(`${at}self_attn.o_proj.weight`, d, heads * headSize);
    norm(`${at}post_attention_layernorm.weight`, d);
    matrix(`${at}mlp.gate_proj.weight`, feedForward, d);
    matrix(`${at}mlp.up_proj.weight`, feedForward, d);
    matrix(`${at}mlp.down_proj.weight`, d, feedForward);
  }
  norm('model.norm.weight', d);
  if (!model.tied) matrix('lm_head.weight', vocabulary, d);
  return weights;
}

/** config.json of a tiny llama. */
export function tinyLlamaConfig(model: TinyLlama): Record<string, unknown> {
  return {
    model_type: model.headNorms ? 'qwen3' : model.bias ? 'qwen2' : 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_size: model.hiddenSize,
    head_dim: model.headSize,
    num_attention_heads: model.heads,
    num_key_value_heads: model.keyHeads,
    num_hidden_layers: model.layers,
    vocab_size: model.vocabulary,
    max_position_embeddings: 64,
    rope_theta: model.theta,
    eos_token_id: 2,
    bos_token_id: 1,
  };
}

/** fp16 bits of numbers, rounded to nearest; small numbers become 0. */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const rounded = (word & 0x7fffffff) + 0x1000;
    if (rounded < 0x38800000) return sign;
    return sign | Math.min((rounded - 0x38000000) >>> 13, 0x7bff);
  });
}
