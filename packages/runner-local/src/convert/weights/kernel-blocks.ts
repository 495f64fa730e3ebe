import { type BlockFormat, emptyBlock, type UnpackedBlock } from '../blocks/block-format.ts';
import { BLOCK_FORMATS } from '../blocks/block-formats.ts';
import { ELEMENT, madeTensor, type TensorSource, tensorBytes } from '../onnx/tensor-source.ts';
import { type WeightTensor, weightBytes } from './weight-tensor.ts';

/** Weights [N,K] as MatMulNBits reads them: w = scale · (q - 2^(bits-1)) + shift. */
export interface KernelBlocks {
  readonly n: number;
  readonly k: number;
  readonly bits: 4 | 8;
  /** Weights along K that share a scale. */
  readonly block: number;
  /** uint8 [N, K/block, block·bits/8]; of 4 bits the even weight in the low half */
  readonly q: TensorSource;
  /** float [N, K/block] */
  readonly scales: TensorSource;
  /** float [N, K/block]; absent where it is 0 everywhere */
  readonly shifts?: TensorSource;
}

/** Brings blocks of ggml into the kernel's order; no weight is rounded anew. */
export function kernelBlocks(tensor: WeightTensor): KernelBlocks {
  const format = BLOCK_FORMATS.get(tensor.type)!;
  const [n, k] = tensor.dims as [number, number];
  const [low, high] = format.range;
  const bits = high - low < 16 ? 4 : 8;
  // What is added to a value so that it is stored without a sign: the kernel's own centre where that fits.
  const centre = 2 ** (bits - 1);
  const lift = low + centre >= 0 && high + centre < 2 ** bits ? centre : -low;
  const runs = (n * k) / format.run;
  const q = madeTensor(ELEMENT.uint8, [n, k / format.run, (format.run * bits) / 8], (n * k * bits) / 8, () =>
    packValues(format, tensorBytes(weightBytes(tensor)), bits, lift),
  );
  const numbers = (of: (block: UnpackedBlock, run: number) => number): TensorSource =>
    madeTensor(ELEMENT.float, [n, k / format.run], 4 * runs, () =>
      runNumbers(format, tensorBytes(weightBytes(tensor)), of),
    );
  const parts = { n, k, bits, block: format.run, q, scales: numbers(({ scales }, run) => scales[run]!) } as const;
  if (lift === centre && !format.hasMinimums) return parts;
  const taken = ({ minimums }: UnpackedBlock, run: number): number => (format.hasMinimums ? minimums[run]! : 0);
  return { ...parts, shifts: numbers((block, run) => (centre - lift) * block.scales[run]! - taken(block, run)) };
}

function packValues(format: BlockFormat, from: Uint8Array, bits: 4 | 8, lift: number): Uint8Array {
  const count = from.length / format.bytes;
  const size = (format.weights * bits) / 8;
  const to = new Uint8Array(count * size);
  const block = emptyBlock();
  const { values } = block;
  for (let b = 0; b < count; b++) {
    format.unpack(from, b * format.bytes, block);
    const start = b * size;
    if (bits === 8) for (let i = 0; i < size; i++) to[start + i] = values[i]! + lift;
    else for (let i = 0; i < size; i++) to[start + i] = (values[2 * i]! + lift) | ((values[2 * i + 1]! + lift) << 4);
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
