import { writeFileSync } from 'node:fs';
import { dequantise } from '../src/convert/blocks/block-format.ts';
import { BLOCK_FORMATS } from '../src/convert/blocks/block-formats.ts';
import { EPSILON, type TinyLlama, type TinyWeights, toHalf } from './tiny-llama.ts';

/** A block format: its number in ggml, its bytes, and the weights that these bytes stand for. */
interface Packing {
  readonly type: number;
  readonly pack: (values: Float32Array) => Buffer;
  readonly unpack: (bytes: Buffer, count: number) => Float32Array;
}

/** Formats whose blocks are packed here, and those whose blocks are made up. */
export type TinyPacking = 'F32' | 'F16' | 'Q8_0' | 'Q4_0' | 'Q4_1' | keyof typeof MADE_UP;

/** Places of the half-precision numbers in a block: all other bytes may be anything. */
const MADE_UP = {
  ...{ Q5_0: [0], Q5_1: [0, 2], Q2_K: [80, 82], Q3_K: [108], Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208] },
  ...{ IQ4_NL: [0], IQ4_XS: [0], TQ1_0: [52], TQ2_0: [64] },
} satisfies Readonly<Record<string, readonly number[]>>;

const F32: Packing = {
  type: 0,
  pack: (values) => Buffer.from(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength)),
  unpack: (bytes, count) => Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(i * 4)),
};

/** ggml's own formulas, written as plainly as can be: the slow twin of the converter's repacking. */
const PACKINGS: Readonly<Record<TinyPacking, Packing>> = {
  F32,
  F16: {
    type: 1,
    pack: (values) => Buffer.from(toHalf(values).buffer),
    unpack: (bytes, count) => Float32Array.from({ length: count }, (_, i) => half(bytes, i * 2)),
  },
  Q8_0: blocks(8, 32, 34, {
    pack: (weights, to) => {
      const scale = writeHalf(to, 0, Math.max(...weights.map(Math.abs)) / 127);
      for (const [i, weight] of weights.entries()) to.writeInt8(clamp(weight / scale, -128, 127), 2 + i);
    },
    weight: (block, i) => half(block, 0) * block.readInt8(2 + i),
  }),
  Q4_0: blocks(2, 32, 18, {
    pack: (weights, to) => {
      const scale = writeHalf(to, 0, Math.max(...weights.map(Math.abs)) / 8);
      for (const [i, weight] of weights.entries()) writeNibble(to, 2, i, clamp(weight / scale + 8, 0, 15));
    },
    weight: (block, i) => half(block, 0) * (nibble(block, 2, i) - 8),
  }),
  Q4_1: blocks(3, 32, 20, {
    pack: (weights, to) => {
      const minimum = writeHalf(to, 2, Math.min(...weights));
      const scale = writeHalf(to, 0, (Math.max(...weights) - minimum) / 15);
      for (const [i, weight] of weights.entries()) writeNibble(to, 4, i, clamp((weight - minimum) / scale, 0, 15));
    },
    weight: (block, i) => half(block, 0) * nibble(block, 4, i) + half(block, 2),
  }),
  ...madeUp(),
};

/**
 * Any bytes are a valid block, so these are made up: what counts is that both sides read them alike. How they are read is
 * held against ggml's own reference elsewhere (block-formats.test.ts).
 */
function madeUp(): Record<keyof typeof MADE_UP, Packing> {
  const packings = Object.entries(MADE_UP).map(([name, halves]): readonly [string, Packing] => {
    const format = [...BLOCK_FORMATS.values()].find((one) => one.name === name)!;
    const unpack = (bytes: Buffer): Float32Array => dequantise(format, bytes);
    const pack = (values: Float32Array): Buffer => {
      const to = Buffer.alloc((values.length / format.weights) * format.bytes);
      for (let i = 0; i < to.length; i++) to[i] = Math.abs(Math.round(values[i % values.length]! * 99_991 + i)) & 255;
      const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 0.4;
      const [scale, minimum] = [(SMALL[format.name] ?? 0.004) * size, (MINIMA[format.name] ?? 0.002) * size];
      for (let block = 0; block < to.length; block += format.bytes) {
        for (const half of halves) writeHalf(to, block + half, half === halves[0] ? scale : minimum);
      }
      return to;
    };
    return [name, { type: format.type, pack, unpack }];
  });
  return Object.fromEntries(packings) as Record<keyof typeof MADE_UP, Packing>;
}

/** Whole scales of formats whose values are large, so that weights are of an ordinary size. */
const SMALL: Readonly<Record<string, number>> = {
  ...{ Q5_0: 0.02, Q5_1: 0.02, Q6_K: 0.0002, IQ4_NL: 0.003, IQ4_XS: 0.0002, TQ1_0: 0.2, TQ2_0: 0.2 },
  ...{ Q3_K: 0.003, Q4_K: 0.0006, Q5_K: 0.0003 },
};

/** What is taken off, where the mean of the weights would else be far from 0, which many layers add up. */
const MINIMA: Readonly<Record<string, number>> = { Q4_K: 0.0045 };

/** Names of llama.cpp for those of Hugging Face. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^model\.embed_tokens/, 'token_embd'],
  [/^model\.norm/, 'output_norm'],
  [/^lm_head/, 'output'],
  [/^model\.layers\./, 'blk.'],
  [/post_attention_layernorm/, 'ffn_norm'],
  [/input_layernorm/, 'attn_norm'],
  [/self_attn\.([qkv])_(proj|norm)/, 'attn_$1_$2'],
  [/self_attn\.o_proj/, 'attn_output'],
  [/mlp\.(gate|up|down)_proj/, 'ffn_$1'],
  [/_proj/, ''],
];

/** Texts, numbers (whole ones are u32, others f32 unless they say so), truth values, and lists of these. */
export type MetadataValue =
  | string
  | number
  | boolean
  | { readonly float: number }
  | readonly string[]
  | readonly number[]
  | readonly boolean[];

export interface TinyGguf {
  /** Format of matrices, for all or by the name of each; vectors are F32. */
  readonly packing: TinyPacking | ((name: string) => TinyPacking);
  /** Format of the embedding and the output layer. @default as the others */
  readonly tables?: TinyPacking;
  readonly tokens?: readonly string[];
  /** Which tensors this file has, by llama.cpp's names; a shard has a part of them. @default all */
  readonly holds?: (name: string) => boolean;
  readonly extra?: Readonly<Record<string, MetadataValue>>;
}

/**
 * Writes a tiny llama as llama.cpp's converter would.
 * @returns the weights that the file really holds, for the same model in another form
 */
export function writeTinyGguf(path: string, model: TinyLlama, weights: TinyWeights, options: TinyGguf): TinyWeights {
  const held: TinyWeights = new Map();
  const isLlama = !model.bias && !model.headNorms;
  const tensors = [...weights].map(([name, { dims, values }]) => {
    const isTable = /embed_tokens|lm_head/.test(name);
    const usual = typeof options.packing === 'string' ? options.packing : options.packing(name);
    const packing = PACKINGS[dims.length === 1 ? 'F32' : isTable ? (options.tables ?? usual) : usual];
    const heads = /q_proj\.weight/.test(name) ? model.heads : /k_proj\.weight/.test(name) ? model.keyHeads : 0;
    const order = isLlama && heads > 0 ? pairwise(dims[0]!, heads) : Array.from({ length: dims[0]! }, (_, row) => row);
    const width = dims[1] ?? 1;
    const turned = new Float32Array(values.length);
    order.forEach((row, at) => {
      turned.set(values.subarray(row * width, (row + 1) * width), at * width);
    });
    const bytes = packing.pack(turned);
    const unpacked = packing.unpack(bytes, values.length);
    const back = new Float32Array(values.length);
    order.forEach((row, at) => {
      back.set(unpacked.subarray(at * width, (at + 1) * width), row * width);
    });
    held.set(name, { dims, values: back });
    return { name: NAMES.reduce((text, [from, to]) => text.replace(from, to), name), dims, type: packing.type, bytes };
  });
  const own = tensors.filter(({ name }) => options.holds?.(name) ?? true);
  writeFileSync(path, ggufBytes(metadataOf(model, options), own));
  return held;
}

/** Where llama.cpp finds each row of queries or keys: neighbours are turned together there, halves in Hugging Face. */
export function pairwise(rows: number, heads: number): number[] {
  const size = rows / heads;
  return Array.from({ length: rows }, (_, row) => {
    const [head, at] = [Math.floor(row / size), row % size];
    return head * size + (at % 2) * (size / 2) + Math.floor(at / 2);
  });
}

function metadataOf(model: TinyLlama, { tokens, extra }: TinyGguf): Record<string, MetadataValue> {
  const architecture = model.headNorms ? 'qwen3' : model.bias ? 'qwen2' : 'llama';
  const own = {
    block_count: model.layers,
    context_length: 64,
    embedding_length: model.hiddenSize,
    feed_forward_length: model.feedForward,
    'attention.head_count': model.heads,
    'attention.head_count_kv': model.keyHeads,
    'attention.key_length': model.headSize,
    'rope.dimension_count': model.headSize,
    'rope.freq_base': model.theta + 0.0,
    'attention.layer_norm_rms_epsilon': EPSILON,
  };
  return {
    'general.architecture': architecture,
    'general.license': 'apache-2.0',
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value])),
    'tokenizer.ggml.eos_token_id': 2,
    ...(tokens === undefined ? {} : { 'tokenizer.ggml.tokens': tokens }),
    ...extra,
  };
}

export interface PackedTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: number;
  readonly bytes: Buffer;
}

/** @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
export function ggufBytes(metadata: Record<string, MetadataValue>, tensors: readonly PackedTensor[]): Buffer {
  let at = 0;
  const infos = tensors.map(({ name, dims, type, bytes }) => {
    const info = Buffer.concat([text(name), u32(dims.length), ...[...dims].reverse().map(u64), u32(type), u64(at)]);
    at += Math.ceil(bytes.length / 32) * 32;
    return info;
  });
  const pairs = Object.entries(metadata).map(([key, value]) => Buffer.concat([text(key), metadataValue(value)]));
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(pairs.length), ...pairs, ...infos]);
  return Buffer.concat([padded(head), ...tensors.map(({ bytes }) => padded(bytes))]);
}

function metadataValue(value: MetadataValue): Buffer {
  if (typeof value === 'boolean') return Buffer.concat([u32(7), Buffer.from([value ? 1 : 0])]);
  if (typeof value === 'string') return Buffer.concat([u32(8), text(value)]);
  if (typeof value === 'object' && 'float' in value) return Buffer.concat([u32(6), f32(value.float)]);
  if (typeof value === 'object') {
    const kind = { string: 8, boolean: 7, number: 5 }[typeof value[0] as 'string' | 'boolean' | 'number'];
    const entries = value.map((one) => {
      if (typeof one === 'string') return text(one);
      return typeof one === 'boolean' ? Buffer.from([one ? 1 : 0]) : u32(one);
    });
    return Buffer.concat([u32(9), u32(kind), u64(value.length), ...entries]);
  }
  return Number.isInteger(value) ? Buffer.concat([u32(4), u32(value)]) : Buffer.concat([u32(6), f32(value)]);
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 31)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function blocks(
  type: number,
  weights: number,
  size: number,
  { pack, weight }: { pack: (values: number[], to: Buffer) => void; weight: (block: Buffer, i: number) => number },
): Packing {
  return {
    type,
    pack: (values) => {
      const to = Buffer.alloc((values.length / weights) * size);
      for (let i = 0; i * weights < values.length; i++) {
        pack([...values.subarray(i * weights, (i + 1) * weights)], to.subarray(i * size, (i + 1) * size));
      }
      return to;
    },
    unpack: (bytes, count) =>
      Float32Array.from({ length: count }, (_, at) => {
        const block = Math.floor(at / weights);
        return weight(bytes.subarray(block * size, (block + 1) * size), at % weights);
      }),
  };
}

/** Weights 0 … 15 of a block lie in the low halves of its bytes, 16 … 31 in the high ones. */
function nibble(block: Buffer, start: number, i: number): number {
  const byte = block[start + (i % 16)]!;
  return i < 16 ? byte & 15 : byte >> 4;
}

function writeNibble(block: Buffer, start: number, i: number, value: number): void {
  block[start + (i % 16)]! |= i < 16 ? value : value << 4;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(value)));
}

/** @returns the number as it can be written */
function writeHalf(to: Buffer, at: number, value: number): number {
  to.writeUInt16LE(toHalf(Float32Array.of(value))[0]!, at);
  return half(to, at);
}

function half(bytes: Buffer, at: number): number {
  const bits = bytes.readUInt16LE(at);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  return sign * (exponent === 0 ? 2 ** -24 * (bits & 1023) : 2 ** (exponent - 25) * ((bits & 1023) + 1024));
}
