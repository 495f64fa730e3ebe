import { join } from 'node:path';
import { AssayError } from '@assay/core';
import type { ModelConfig } from '../../models/model-config.ts';
import type { SlimShape } from '../slim/slim-frame.ts';
import { cannotConvert } from './cannot-convert.ts';

/** `model_type`s whose attention the slim layout computes, each tried with a random-weight model in the tests. */
export const CONVERTIBLE_TYPES: readonly string[] = ['llama', 'mistral', 'qwen2', 'qwen3'];

/** What config.json says of a decoder. */
export interface DecoderConfig {
  readonly shape: SlimShape;
  readonly vocabularySize: number;
  readonly contextLength: number;
}

/**
 * Reads a decoder's sizes from its config.json.
 * @throws AssayError MODEL_UNSUPPORTED naming the architecture, or what in it is not plain causal attention
 */
export function readDecoderConfig(config: ModelConfig, folder: string): DecoderConfig {
  const file = join(folder, 'config.json');
  const type = config.model_type ?? 'none given';
  if (!CONVERTIBLE_TYPES.includes(type)) {
    const known = CONVERTIBLE_TYPES.join(', ');
    throw cannotConvert(file, `the architecture ${type} is not one of ${known}`);
  }
  const number = (key: string): number => {
    const value = config[key];
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
    throw new AssayError('MODEL_LOAD', `config.json has no whole number ${key}`, { at: { file } });
  };
  const contextLength = number('max_position_embeddings');
  refuseWindow(config, contextLength, file);
  refuseGrowingRope(config, file);
  const heads = number('num_attention_heads');
  const hiddenSize = number('hidden_size');
  const keyHeads = typeof config.num_key_value_heads === 'number' ? config.num_key_value_heads : heads;
  const headSize = typeof config.head_dim === 'number' ? config.head_dim : hiddenSize / heads;
  if (!Number.isInteger(heads / keyHeads) || !Number.isInteger(headSize)) {
    throw new AssayError(
      'MODEL_LOAD',
      `config.json has ${heads} heads, ${keyHeads} key heads and width ${hiddenSize}`,
      {
        at: { file },
      },
    );
  }
  const layers = number('num_hidden_layers');
  return {
    shape: { layers, heads, keyHeads, headSize, hiddenSize },
    vocabularySize: number('vocab_size'),
    contextLength,
  };
}

/** Tokens beyond a window would be seen by the slim layout, and are not by the model. */
function refuseWindow(config: ModelConfig, contextLength: number, file: string): void {
  const { sliding_window: window, use_sliding_window: used } = config;
  if (typeof window !== 'number' || used === false || window >= contextLength) return;
  throw cannotConvert(file, `its attention has a sliding window of ${window} tokens`);
}

/** Tables of positions that depend on the length of the text cannot be kept beside a cache that outlives a step. */
function refuseGrowingRope(config: ModelConfig, file: string): void {
  const scaling = config.rope_scaling as { readonly rope_type?: unknown; readonly type?: unknown } | null | undefined;
  const kind = scaling?.rope_type ?? scaling?.type;
  if (kind === 'dynamic' || kind === 'longrope' || kind === 'su') {
    throw cannotConvert(file, `its rope_scaling ${JSON.stringify(kind)} changes with the length of the text`);
  }
}
