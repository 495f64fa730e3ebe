import { MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';

/** Weights in blocks as values of a graph. */
export interface BlockWeights {
  readonly n: number;
  readonly k: number;
  /** Weights along K that share a scale. */
  readonly block: number;
  /** Names of one plane of 4 bits, or of two: the high bits first. */
  readonly planes: readonly string[];
  /** float [N, K/block] */
  readonly scales: string;
  /** float [N, K/shiftBlock] */
  readonly shifts: string | undefined;
  /** Weights along K that share a shift. @default block */
  readonly shiftBlock?: number;
}

/** `x` [...,K] times weights [N,K], transposed: [...,N]. */
export function addBlockProduct(graph: OnnxGraph, x: string, weights: BlockWeights, output: string): string {
  const { n, k, block, scales, shifts } = weights;
  const attributes = { K: BigInt(k), N: BigInt(n), bits: 4n, block_size: BigInt(block), accuracy_level: 1n };
  const product = (plane: string, by: string, to: string): string =>
    graph.op('MatMulNBits', [x, plane, by], to, { domain: MICROSOFT, attributes });
  const [high, low] = weights.planes as [string, string | undefined];
  const scaled = (to: string): string => {
    if (low === undefined) return product(high, scales, to);
    const scales16 = `${scales}16`;
    if (graph.producer(scales16) === undefined) graph.op('Mul', [scales, graph.floats('c16', [16], [])], scales16);
    return graph.op('Add', [product(high, scales16, `${to}.high`), product(low, scales, `${to}.low`)], to);
  };
  if (shifts === undefined) return scaled(output);
  // The shift is one number a block, so it needs x summed by block.
  const turned = `${shifts}T`;
  if (graph.producer(turned) === undefined) graph.op('Transpose', [shifts], turned, { attributes: { perm: [1n, 0n] } });
  const second = graph.op(
    'MatMul',
    [addBlockSums(graph, x, k, weights.shiftBlock ?? block), turned],
    `${output}.second`,
  );
  return graph.op('Add', [scaled(`${output}.first`), second], output);
}

/** x [...,K] summed by block: [...,K/block]. */
function addBlockSums(graph: OnnxGraph, x: string, k: number, block: number): string {
  const sums = `${x}.sums${block}`;
  if (graph.producer(sums) !== undefined) return sums;
  const last = graph.integers('axis_last', [-1]);
  if (block === k) return graph.op('ReduceSum', [x, last], sums, { attributes: { keepdims: 1n } });
  const shape = graph.integers(`runs${k}_${block}`, [0, 0, k / block, block]);
  const runs = graph.op('Reshape', [x, shape], `${x}.runs${block}`);
  return graph.op('ReduceSum', [runs, last], sums, { attributes: { keepdims: 0n } });
}
