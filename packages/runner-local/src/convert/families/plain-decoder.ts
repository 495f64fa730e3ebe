import type { Activation, Decoder, LayerAttention } from '../decoder/decoder.ts';
import type { FamilyConfig } from './family-config.ts';
import { readRope, ropeSettings } from './rope.ts';

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  ...{ silu: 'silu', swish: 'silu', gelu: 'gelu', relu2: 'relu2' },
  ...{ gelu_pytorch_tanh: 'gelu_tanh', gelu_new: 'gelu_tanh', gelu_fast: 'gelu_tanh' },
};

/** The decoder of a config as Llama has it; families change in it what is theirs. */
export function plainDecoder(config: FamilyConfig, options: { readonly interleaved?: boolean } = {}): Decoder {
  const heads = config.size('num_attention_heads');
  const keyHeads = config.size('num_key_value_heads', heads);
  const hiddenSize = config.size('hidden_size');
  const headSize = config.size('head_dim', hiddenSize / heads);
  if (heads % keyHeads !== 0) {
    throw config.damaged(`${config.file} has ${heads} heads and ${keyHeads} key heads, and width ${hiddenSize}`);
  }
  const layers = config.size('num_hidden_layers');
  const { rope, contextLength } = readRope(config, ropeSettings(config), headSize, options.interleaved ?? false);
  return {
    shape: { layers, heads, keyHeads, headSize, hiddenSize },
    vocabularySize: config.size('vocab_size'),
    contextLength,
    epsilon: config.number('rms_norm_eps', 1e-6),
    normShift: 0,
    activation: activation(config),
    attentionScale: headSize ** -0.5,
    ...{ scoreCap: null, logitCap: null, embeddingFactor: 1, residualFactor: 1, logitFactor: 1 },
    layers: Array.from({ length: layers }, () => ({ rope: 0, window: null })),
    ropes: [rope],
  };
}

function activation(config: FamilyConfig): Activation {
  const named = config.values.hidden_activation ?? config.values.hidden_act ?? 'silu';
  const known = ACTIVATIONS[String(named)];
  if (known === undefined) throw config.unsupported(`its activation ${JSON.stringify(named)} is not known`);
  return known;
}

/** A window that no text of the context outgrows is none. */
export function windowOf(config: FamilyConfig): number | null {
  const window = config.optional('sliding_window');
  return window === null || window >= config.size('max_position_embeddings') ? null : config.size('sliding_window');
}

/**
 * Layers with a window and layers without: as `layer_types` says, else every `period`-th without.
 * @param of makes a layer of whether it has the window
 */
export function localLayers(
  config: FamilyConfig,
  period: number,
  of: (isLocal: boolean) => LayerAttention,
): LayerAttention[] {
  const types = config.perLayer('layer_types');
  return Array.from({ length: config.size('num_hidden_layers') }, (_, layer) => {
    const type = types?.[layer];
    if (type !== undefined && type !== 'sliding_attention' && type !== 'full_attention') {
      throw config.unsupported(`a layer of the type ${JSON.stringify(type)} is not known`);
    }
    return of(type === undefined ? (layer + 1) % period !== 0 : type === 'sliding_attention');
  });
}
