import type { NodeProto } from '../generated/onnx_pb.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, madeTensor, memoryTensor, type TensorSource, tensorBytes } from '../onnx/tensor-source.ts';
import { addBlockProduct, type BlockWeights } from '../weights/block-product.ts';
import { cannotConvert } from './cannot-convert.ts';

/** Block sizes that the kernel takes, the largest that divides the width first. */
const BLOCKS = [256, 128, 64, 32, 16];

/**
 * Products whose activations are quantised by one scale over the whole batch (DynamicQuantizeLinear, MatMulInteger)
 * become products with 8-bit weights and float activations: the same weights, bit for bit, nearer answers, and none
 * that depends on the neighbours in the batch.
 * @returns whether there were any
 * @throws AssayError MODEL_UNSUPPORTED where the pattern around a MatMulInteger is not the usual one
 */
export function toWeightOnly(graph: OnnxGraph, file: string): boolean {
  const products = [...graph.nodes].filter(({ opType }) => opType === 'MatMulInteger');
  for (const node of products) replaceProduct(graph, node, file);
  return products.length > 0;
}

function replaceProduct(graph: OnnxGraph, product: NodeProto, file: string): void {
  const [quantised, weight, , zeroPoint] = product.input;
  const dynamic = graph.producer(quantised!);
  const cast = only(graph, product.output[0]!);
  const rescale = cast === undefined ? undefined : only(graph, cast.output[0]!);
  const scales = rescale?.input.find((name) => name !== cast?.output[0]);
  const bothScales = scales === undefined ? undefined : graph.producer(scales);
  const weightScale = bothScales?.input.find((name) => name !== dynamic?.output[1]);
  const tensor = graph.initializers.get(weight!);
  const usual =
    dynamic?.opType === 'DynamicQuantizeLinear' &&
    cast?.opType === 'Cast' &&
    rescale?.opType === 'Mul' &&
    bothScales?.opType === 'Mul';
  const scale = weightScale === undefined ? undefined : graph.initializers.get(weightScale);
  if (!usual || tensor?.dims.length !== 2 || scale === undefined) {
    throw cannotConvert(file, `the operator MatMulInteger (${product.name}) is not in its usual place`);
  }
  const zero = zeroPoint ? graph.initializers.get(zeroPoint) : undefined;
  const output = rescale.output[0]!;
  graph.removeNode(rescale);
  const weights = addByteWeights(graph, `${weight}.blocks`, { tensor, scale, zero });
  addBlockProduct(graph, dynamic.input[0]!, weights, output);
}

function only(graph: OnnxGraph, value: string): NodeProto | undefined {
  const readers = graph.consumers(value);
  return readers.length === 1 ? readers[0] : undefined;
}

/** An initializer as fp32, widened once when the session is made where it is half precision. @returns its name */
export function asFloat(graph: OnnxGraph, name: string): string {
  if (graph.initializers.get(name)?.type === ELEMENT.float) return name;
  const float = `${name}.f`;
  if (graph.producer(float) === undefined) {
    graph.op('Cast', [name], float, { attributes: { to: BigInt(ELEMENT.float) } });
  }
  return float;
}

interface ByteWeights {
  /** [K,N] of 8 bits. */
  readonly tensor: TensorSource;
  /** For all, or for each column. */
  readonly scale: TensorSource;
  readonly zero: TensorSource | undefined;
}

/** Weights [K,N] with a scale and zero point for all or for each column, as two planes of 4 bits. */
function addByteWeights(graph: OnnxGraph, name: string, { tensor, scale, zero }: ByteWeights): BlockWeights {
  const [k, n] = tensor.dims as [number, number];
  const block = BLOCKS.find((size) => k % size === 0) ?? 32;
  const count = Math.ceil(k / block);
  const shift = tensor.type === ELEMENT.int8 ? 128 : 0;
  const scales = new Float32Array(tensorBytes(scale).buffer);
  const zeros = zero === undefined ? new Uint8Array(1) : tensorBytes(zero);
  const scaleAt = (column: number): number => scales[scales.length === 1 ? 0 : column]!;
  // int8 bits read as uint8 and shifted by 128 wrap around to the right place.
  const zeroAt = (column: number): number => (zeros[zeros.length === 1 ? 0 : column]! + shift) & 255;
  const plane = (suffix: string, of: (byte: number) => number): string => {
    const dims = [n, count, block / 2];
    const make = (): Uint8Array => packColumns(tensorBytes(tensor), [k, n], count * block, shift, of);
    graph.initializers.set(`${name}.${suffix}`, madeTensor(ELEMENT.uint8, dims, (n * count * block) / 2, make));
    return `${name}.${suffix}`;
  };
  const perColumn = (suffix: string, times: number, at: (column: number) => number): string => {
    const out = new Float32Array(n * times);
    for (let column = 0; column < n; column++) out.fill(at(column), column * times, (column + 1) * times);
    graph.initializers.set(`${name}.${suffix}`, memoryTensor(ELEMENT.float, [n, times], out));
    return `${name}.${suffix}`;
  };
  return {
    ...{ n, k, block, shiftBlock: k },
    planes: [plane('high', (byte) => byte >> 4), plane('low', (byte) => byte & 15)],
    scales: perColumn('scales', count, scaleAt),
    // A byte is 16 · (high - 8) + (low - 8) + 136.
    shifts: perColumn('shifts', 1, (column) => scaleAt(column) * (136 - zeroAt(column))),
  };
}

/** Columns of [K,N] as rows of `width`, half of each byte kept: the even one in the low half. */
function packColumns(
  from: Uint8Array,
  [k, n]: readonly [number, number],
  width: number,
  shift: number,
  of: (byte: number) => number,
): Uint8Array {
  const to = new Uint8Array((n * width) / 2);
  for (let column = 0; column < n; column++) {
    // Behind the last row stands the kernel's own zero.
    const at = (row: number): number => (row < k ? of((from[row * n + column]! + shift) & 255) : 8);
    const start = (column * width) / 2;
    for (let i = 0; i < width / 2; i++) to[start + i] = at(2 * i) | (at(2 * i + 1) << 4);
  }
  return to;
}
