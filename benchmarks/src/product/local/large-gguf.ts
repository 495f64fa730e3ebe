import { closeSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { z } from 'zod';

/** A llama of 1.8 B parameters, of which a GGUF of four bits has 1 GB. */
const SHAPE = { layers: 28, hidden: 2048, feedForward: 8192, heads: 32, keyHeads: 8, headSize: 64 } as const;

/** ggml's numbers of the formats: 32 weights are a scale and 16 bytes in Q4_0. */
const F32 = 0;
const Q4_0 = 2;
const BLOCK_WEIGHTS = 32;
const BLOCK_BYTES = 18;
/** 2^-8 as half a float: weights are as large as those of trained models. */
const SCALE = 0x1c00;
/** Blocks that are made up; tensors repeat them, each from another one on, since the runtime keeps equal tensors once. */
const BLOCKS = 1 << 16;
/** Kinds of tokens in llama.cpp. */
const NORMAL = 1;
const CONTROL = 3;

const TOKENIZER = z.object({
  model: z.object({ vocab: z.record(z.string(), z.int()), merges: z.array(z.tuple([z.string(), z.string()])) }),
  added_tokens: z.array(z.object({ id: z.int() })),
});

interface GgufTensor {
  readonly name: string;
  readonly dims: readonly number[];
}

/**
 * Writes a model of random weights with the embedded model's tokenizer: how long a product takes does not depend on its numbers.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function writeLargeGguf(path: string, tokenizerFile: string): void {
  const { model, added_tokens } = TOKENIZER.parse(JSON.parse(readFileSync(tokenizerFile, 'utf8')));
  const tokens = Object.keys(model.vocab).sort((a, b) => model.vocab[a]! - model.vocab[b]!);
  const special = new Set(added_tokens.map(({ id }) => id));
  const tensors = tensorsOf(tokens.length);
  const metadata: readonly (readonly [string, Buffer])[] = [
    ['general.architecture', text('llama')],
    ['llama.block_count', whole(SHAPE.layers)],
    ['llama.context_length', whole(2048)],
    ['llama.embedding_length', whole(SHAPE.hidden)],
    ['llama.feed_forward_length', whole(SHAPE.feedForward)],
    ['llama.attention.head_count', whole(SHAPE.heads)],
    ['llama.attention.head_count_kv', whole(SHAPE.keyHeads)],
    ['llama.rope.dimension_count', whole(SHAPE.headSize)],
    ['llama.rope.freq_base', float(100_000)],
    ['llama.attention.layer_norm_rms_epsilon', float(1e-5)],
    ['tokenizer.ggml.model', text('gpt2')],
    ['tokenizer.ggml.pre', text('smollm')],
    ['tokenizer.ggml.tokens', list(8, tokens.map(bytesOf))],
    [
      'tokenizer.ggml.token_type',
      list(
        5,
        tokens.map((_, id) => u32(special.has(id) ? CONTROL : NORMAL)),
      ),
    ],
    [
      'tokenizer.ggml.merges',
      list(
        8,
        model.merges.map((pair) => bytesOf(pair.join(' '))),
      ),
    ],
    ['tokenizer.ggml.bos_token_id', whole(1)],
    ['tokenizer.ggml.eos_token_id', whole(2)],
  ];
  let at = 0;
  const infos = tensors.map(({ name, dims }) => {
    const sizes = [...dims].reverse().map(u64);
    const info = Buffer.concat([bytesOf(name), u32(dims.length), ...sizes, u32(isVector(dims) ? F32 : Q4_0), u64(at)]);
    at += aligned(bytesIn(dims));
    return info;
  });
  const pairs = metadata.map(([key, value]) => Buffer.concat([bytesOf(key), value]));
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(pairs.length), ...pairs, ...infos]);
  const file = openSync(`${path}.part`, 'w');
  writeSync(file, Buffer.concat([head, Buffer.alloc(aligned(head.length) - head.length)]));
  const blocks = randomBlocks();
  tensors.forEach(({ dims }, at) => {
    writeTensor(file, dims, Buffer.concat([blocks.subarray(at * BLOCK_BYTES), blocks.subarray(0, at * BLOCK_BYTES)]));
  });
  closeSync(file);
  renameSync(`${path}.part`, path);
}

function tensorsOf(vocabulary: number): GgufTensor[] {
  const { layers, hidden, feedForward, heads, keyHeads, headSize } = SHAPE;
  const ofLayer: Readonly<Record<string, readonly number[]>> = {
    attn_norm: [hidden],
    attn_q: [heads * headSize, hidden],
    attn_k: [keyHeads * headSize, hidden],
    attn_v: [keyHeads * headSize, hidden],
    attn_output: [hidden, heads * headSize],
    ffn_norm: [hidden],
    ffn_gate: [feedForward, hidden],
    ffn_up: [feedForward, hidden],
    ffn_down: [hidden, feedForward],
  };
  const inLayers = Array.from({ length: layers }, (_, layer) =>
    Object.entries(ofLayer).map(([name, dims]) => ({ name: `blk.${layer}.${name}.weight`, dims })),
  ).flat();
  return [
    { name: 'token_embd.weight', dims: [vocabulary, hidden] },
    ...inLayers,
    { name: 'output_norm.weight', dims: [hidden] },
  ];
}

function writeTensor(file: number, dims: readonly number[], blocks: Buffer): void {
  const size = bytesIn(dims);
  if (isVector(dims)) writeSync(file, Buffer.from(new Float32Array(dims[0]!).fill(1).buffer));
  else for (let at = 0; at < size; at += blocks.length) writeSync(file, blocks, 0, Math.min(blocks.length, size - at));
  writeSync(file, Buffer.alloc(aligned(size) - size));
}

function randomBlocks(): Buffer {
  const bytes = Buffer.alloc(BLOCKS * BLOCK_BYTES);
  let state = 1;
  for (let at = 0; at < bytes.length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    bytes[at] = state >>> 16;
  }
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) bytes.writeUInt16LE(SCALE, at);
  return bytes;
}

const isVector = (dims: readonly number[]): boolean => dims.length === 1;
const bytesIn = (dims: readonly number[]): number =>
  isVector(dims) ? dims[0]! * 4 : (dims[0]! * dims[1]! * BLOCK_BYTES) / BLOCK_WEIGHTS;
const aligned = (bytes: number): number => Math.ceil(bytes / 32) * 32;

const whole = (value: number): Buffer => Buffer.concat([u32(4), u32(value)]);
const text = (value: string): Buffer => Buffer.concat([u32(8), bytesOf(value)]);
const list = (kind: number, values: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(9), u32(kind), u64(values.length), ...values]);

function float(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([u32(6), bytes]);
}

function bytesOf(value: string): Buffer {
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
