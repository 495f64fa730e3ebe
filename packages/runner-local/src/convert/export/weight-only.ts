import type { NodeProto } from '../generated/onnx_pb.ts';
import { MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, madeTensor, memoryTensor, type TensorSource, tensorBytes } from '../onnx/tensor-source.ts';
import { cannotConvert } from './cannot-convert.ts';

/** Block sizes that the kernel takes, the largest that divides the width first. */
const BLOCKS = [256, 128, 64, 32, 16];

/**
 * Products whose activations are quantised by one scale over the whole batch (DynamicQuantizeLinear, MatMulInteger)
 * become products with 8-bit weights and float activations: the same weights, bit for bit, nearer answers, and none
 * that depends on the neighbours in the batch.
 * @throws AssayError MODEL_UNSUPPORTED where the pattern around a MatMulInteger is not the usual one
 */
export function toWeightOnly(graph: OnnxGraph, file: string): void {
  for (const node of [...graph.nodes]) if (node.opType === 'MatMulInteger') replaceProduct(graph, node, file);
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
  addByteProduct(graph, dynamic.input[0]!, `${weight}.blocks`, eightBitBlocks(tensor, scale, zero), output);
}

function only(graph: OnnxGraph, value: string): NodeProto | undefined {
  const readers = graph.consumers(value);
  return readers.length === 1 ? readers[0] : undefined;
}

/** Weights [N,K] in blocks of `block` along K: unsigned bytes with a scale and a zero point each. */
export interface ByteBlocks {
  readonly n: number;
  readonly k: number;
  readonly block: number;
  /** uint8 [N, K/block, block] */
  readonly bytes: TensorSource;
  /** float or float16 [N · K/block] */
  readonly scales: TensorSource;
  /** uint8 [N · K/block]; 128 where absent */
  readonly zeroPoints?: TensorSource;
}

/** `x` [...,K] times the weights, transposed: [...,N]. */
export function addByteProduct(graph: OnnxGraph, x: string, name: string, blocks: ByteBlocks, output: string): void {
  const { n, k, block, bytes, scales, zeroPoints } = blocks;
  const attributes = { K: BigInt(k), N: BigInt(n), bits: 8n, block_size: BigInt(block), accuracy_level: 1n };
  const add = (suffix: string, tensor: TensorSource): string => {
    graph.initializers.set(`${name}.${suffix}`, tensor);
    return `${name}.${suffix}`;
  };
  add('scales', scales);
  const zeros = zeroPoints === undefined ? [] : [add('zeros', zeroPoints)];
  const inputs = [x, add('q', bytes), asFloat(graph, `${name}.scales`), ...zeros];
  graph.op('MatMulNBits', inputs, output, { domain: MICROSOFT, attributes });
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

/** Weights [K,N] with a scale and zero point for all or for each column, as blocks. */
function eightBitBlocks(weight: TensorSource, scale: TensorSource, zero: TensorSource | undefined): ByteBlocks {
  const [k, n] = weight.dims as [number, number];
  const block = BLOCKS.find((size) => k % size === 0) ?? 32;
  const count = Math.ceil(k / block);
  const shift = weight.type === ELEMENT.int8 ? 128 : 0;
  const scales = new Float32Array(tensorBytes(scale).buffer);
  const zeros = zero === undefined ? new Uint8Array(1) : tensorBytes(zero);
  // int8 bits read as uint8 and shifted by 128 wrap around to the right place.
  const zeroAt = (column: number): number => (zeros[zeros.length === 1 ? 0 : column]! + shift) & 255;
  const make = (): Uint8Array => {
    const from = tensorBytes(weight);
    const to = new Uint8Array(n * count * block);
    for (let column = 0; column < n; column++) {
      const start = column * count * block;
      for (let row = 0; row < k; row++) to[start + row] = (from[row * n + column]! + shift) & 255;
      to.fill(zeroAt(column), start + k, start + count * block);
    }
    return to;
  };
  const perBlock = <T extends Float32Array | Uint8Array>(out: T, at: (column: number) => number): T => {
    for (let column = 0; column < n; column++) out.fill(at(column), column * count, (column + 1) * count);
    return out;
  };
  const scaleAt = (column: number): number => scales[scales.length === 1 ? 0 : column]!;
  return {
    n,
    k,
    block,
    bytes: madeTensor(ELEMENT.uint8, [n, count, block], n * count * block, make),
    scales: memoryTensor(ELEMENT.float, [n * count], perBlock(new Float32Array(n * count), scaleAt)),
    zeroPoints: memoryTensor(ELEMENT.uint8, [n * count], perBlock(new Uint8Array(n * count), zeroAt)),
  };
}
