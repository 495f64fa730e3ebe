import type { SlimShape } from '../slim/slim-frame.ts';

/** A rotary embedding: by how many radians each pair of a head turns from one position to the next. */
export interface Rope {
  /** [turned / 2] radians a position; fewer than headSize / 2 where a part of each head stays as it is. */
  readonly frequencies: readonly number[];
  /** What cosines and sines are multiplied by. @default 1 */
  readonly factor: number;
  /** Whether neighbours are turned together, or halves. */
  readonly interleaved: boolean;
}

/** What a layer's attention sees. */
export interface LayerAttention {
  /** Place in `ropes`, or null for a layer without positions. */
  readonly rope: number | null;
  /** Tokens that a token sees, itself included; null for all before it. */
  readonly window: number | null;
}

/** Functions between the halves of a feed-forward network. */
export type Activation = 'silu' | 'gelu' | 'gelu_tanh' | 'relu2';

/**
 * A decoder of the llama kind as data: what its weights alone do not tell. Norms, biases, gates and fused projections
 * are there where the file has tensors for them.
 */
export interface Decoder {
  readonly shape: SlimShape;
  readonly vocabularySize: number;
  /** Longest text in tokens. */
  readonly contextLength: number;
  readonly epsilon: number;
  /** What is added to the weight of each norm. */
  readonly normShift: number;
  readonly activation: Activation;
  /** What the products of queries and keys are multiplied by. */
  readonly attentionScale: number;
  /** Scores s become cap · tanh(s / cap). */
  readonly scoreCap: number | null;
  /** The same for logits. */
  readonly logitCap: number | null;
  readonly embeddingFactor: number;
  /** What attention and feed-forward are multiplied by before they are added to the stream. */
  readonly residualFactor: number;
  readonly logitFactor: number;
  readonly layers: readonly LayerAttention[];
  readonly ropes: readonly Rope[];
}
