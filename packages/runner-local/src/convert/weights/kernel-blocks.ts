import { type BlockFormat, emptyBlock, type UnpackedBlock } from '../blocks/block-format.ts';
import { BLOCK_FORMATS } from '../blocks/block-formats.ts';
import { ELEMENT, madeTensor, type TensorSource, tensorBytes } from '../onnx/tensor-source.ts';
import { type WeightTensor, weightBytes } from './weight-tensor.ts';

/**
 * Weights [N,K] as 4-bit products read them: w = scale · q + shift, where q is plane - 8, or of two planes
 * 16 · (high - 8) + (low - 8). The runtime's products of 8 bits unpack all weights at every step, which is several times
 * slower than two of 4 bits.
 */
export interface KernelBlocks {
  readonly n: number;
  readonly k: number;
  /** Weights along K that share a scale. */
  readonly block: number;
  /** uint8 [N, K/block, block/2], the even weight in the low half; the plane of the high bits first. */
  readonly planes: readonly TensorSource[];
  /** float [N, K/block] */
  readonly scales: TensorSource;
  /** float [N, K/block]; absent where it is 0 everywhere */
  readonly shifts?: TensorSource;
}

/** Whether values fit into 4 bits. */
export function isNarrow({ range: [low, high] }: BlockFormat): boolean {
  return high - low < 16;
}

/** Brings blocks of ggml into the kernel's order; no weight is rounded again. */
export function kernelBlocks(tensor: WeightTensor): KernelBlocks {
  const format = BLOCK_FORMATS.get(tensor.type)!;
  const [n, k] = tensor.dims as [number, number];
  const [low, high] = format.range;
  const bytes = (): Uint8Array => tensorBytes(weightBytes(tensor));
  const plane = (of: (value: number) => number): TensorSource =>
    madeTensor(ELEMENT.uint8, [n, k / format.run, format.run / 2], (n * k) / 2, () => packValues(format, bytes(), of));
  const numbers = (of: (block: UnpackedBlock, run: number) => number): TensorSource =>
    madeTensor(ELEMENT.float, [n, k / format.run], (4 * n * k) / format.run, () => runNumbers(format, bytes(), of));
  // What is added to a value so that it is stored without a sign: the kernel's own centre where that fits.
  const lift = low + 8 >= 0 && high + 8 < 16 ? 8 : -low;
  const planes = isNarrow(format)
    ? [plane((value) => value + lift)]
    : [plane((value) => (value + 128) >> 4), plane((value) => (value + 128) & 15)];
  const scales = numbers((block, run) => block.scales[run]!);
  const parts = { n, k, block: format.run, planes, scales };
  const centre = isNarrow(format) ? 8 - lift : 8;
  if (centre === 0 && !format.hasMinimums) return parts;
  const taken = ({ minimums }: UnpackedBlock, run: number): number => (format.hasMinimums ? minimums[run]! : 0);
  return { ...parts, shifts: numbers((block, run) => centre * block.scales[run]! - taken(block, run)) };
}

function packValues(format: BlockFormat, from: Uint8Array, of: (value: number) => number): Uint8Array {
  const count = from.length / format.bytes;
  const size = format.weights / 2;
  const to = new Uint8Array(count * size);
  const block = emptyBlock();
  const { values } = block;
  for (let b = 0; b < count; b++) {
    format.unpack(from, b * format.bytes, block);
    for (let i = 0; i < size; i++) to[b * size + i] = of(values[2 * i]!) | (of(values[2 * i + 1]!) << 4);
  }
  return to;
}

function runNumbers(
  format: BlockFormat,
  from: Uint8Array,
  of: (block: UnpackedBlock, run: number) => number,
): Float32Array {
  const runs = format.weights / format.run;
  const count = from.length / format.bytes;
  const to = new Float32Array(count * runs);
  const block = emptyBlock();
  for (let b = 0; b < count; b++) {
    format.unpack(from, b * format.bytes, block);
    for (let run = 0; run < runs; run++) to[b * runs + run] = of(block, run);
  }
  return to;
}
