import type { Decoder } from '../decoder/decoder.ts';
import type { Family } from './family.ts';
import type { FamilyConfig } from './family-config.ts';
import { localLayers, plainDecoder, windowOf } from './plain-decoder.ts';

/** What tells Gemma's norms around each part from Llama's two. */
export const GEMMA_NAMES: Readonly<Record<string, string>> = {
  post_attention_layernorm: 'post_attention_norm',
  pre_feedforward_layernorm: 'ffn_norm',
  post_feedforward_layernorm: 'post_ffw_norm',
};

/** Layers of Gemma 2 27B and Gemma 3 27B. */
const LARGE_LAYERS: readonly number[] = [46, 62];

/** Gemma 2: every other layer local, scores and logits capped. */
export const gemma2: Family = {
  models: 'Gemma 2',
  ...{ type: 'gemma2', architecture: 'Gemma2ForCausalLM', gguf: 'gemma2', names: GEMMA_NAMES },
  decoder: (config) => {
    const window = windowOf(config);
    const layers = localLayers(config, 2, (isLocal) => ({ rope: 0, window: isLocal ? window : null }));
    return { ...gemmaDecoder(config), layers };
  },
};

/** Norms that weigh by 1 + w, embeddings times the root of their width, caps where the config has them. */
export function gemmaDecoder(config: FamilyConfig): Decoder {
  const plain = plainDecoder(config);
  const { headSize, heads, hiddenSize, layers } = plain.shape;
  // GGUF does not say by what scores are scaled: llama.cpp knows the two models of 27 billion by their layers.
  const scaled = config.isGguf && LARGE_LAYERS.includes(layers) ? hiddenSize / heads : headSize;
  return {
    ...plain,
    activation: 'gelu_tanh',
    // llama.cpp's converter adds the 1 itself.
    normShift: config.isGguf ? 0 : 1,
    embeddingFactor: Math.sqrt(hiddenSize),
    attentionScale: config.optional('attention_multiplier') ?? config.number('query_pre_attn_scalar', scaled) ** -0.5,
    scoreCap: config.optional('attn_logit_softcapping'),
    logitCap: config.optional('final_logit_softcapping'),
  };
}
