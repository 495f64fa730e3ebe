import type { NodeProto } from '../generated/onnx_pb.ts';
import { attribute, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { tensorBytes } from '../onnx/tensor-source.ts';

/** Columns of a product that a value consists of, in order, so that a factor on them is a factor on the value. */
export interface TracedColumns {
  /** The product's output. */
  readonly product: string;
  readonly first: number;
  /** Additions of a constant on the way, which need the same factor, from their `first` column on. */
  readonly biases: readonly { readonly node: NodeProto; readonly bias: string; readonly first: number }[];
  /** The rotary embedding on the way, if there is one. */
  readonly rotary: NodeProto | undefined;
}

/** Operators that move a head's numbers about as a whole. */
const MOVES: readonly string[] = ['Reshape', 'Transpose', 'Identity'];

/** What a trace goes by. */
export interface Traceable {
  readonly graph: OnnxGraph;
  /** Outputs of products with constant weights. */
  readonly products: ReadonlySet<string>;
  readonly constants: ReadonlySet<string>;
}

/**
 * Goes back from a value to the product that made it.
 * @param width columns of the value
 * @param mayTurn whether a factor and a rotary embedding may lie between
 * @returns undefined where something else lies between
 */
export function traceColumns(
  { graph, products, constants }: Traceable,
  value: string,
  width: number,
  mayTurn = false,
): TracedColumns | undefined {
  const biases: { node: NodeProto; bias: string; first: number }[] = [];
  let rotary: NodeProto | undefined;
  let first = 0;
  for (let at = value; ; ) {
    if (products.has(at)) return { product: at, first, biases, rotary };
    const node = graph.producer(at);
    if (node === undefined) return undefined;
    if (MOVES.includes(node.opType)) at = node.input[0]!;
    else if (node.opType === 'Add') {
      const bias = node.input.find((name) => constants.has(name));
      const other = node.input.find((name) => !constants.has(name));
      if (bias === undefined || other === undefined) return undefined;
      biases.push({ node, bias, first });
      at = other;
    } else if (node.opType === 'Split') {
      const sizes = splitSizes(graph, node, width);
      if (sizes === undefined) return undefined;
      first += sizes.slice(0, node.output.indexOf(at)).reduce((sum, size) => sum + size, 0);
      at = node.input[0]!;
    } else if (node.opType === 'RotaryEmbedding' && mayTurn && rotary === undefined) {
      rotary = node;
      at = node.input[0]!;
    } else if (
      node.opType === 'Mul' &&
      mayTurn &&
      rotary === undefined &&
      node.input.some((one) => constants.has(one))
    ) {
      at = node.input.find((name) => !constants.has(name)) ?? '';
    } else return undefined;
  }
}

/** Where no sizes are given, all parts are as wide as the one that is traced. */
function splitSizes(graph: OnnxGraph, node: NodeProto, width: number): number[] | undefined {
  if (attribute(node, 'axis')?.i !== -1n) return undefined;
  if (node.input[1] === undefined) return node.output.map(() => width);
  const sizes = graph.initializers.get(node.input[1]);
  if (sizes === undefined) return undefined;
  return Array.from(new BigInt64Array(tensorBytes(sizes).buffer), Number);
}
