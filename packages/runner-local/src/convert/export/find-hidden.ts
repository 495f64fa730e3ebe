import type { NodeProto } from '../generated/onnx_pb.ts';
import { liveNodes } from '../onnx/live-nodes.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { cannotConvert } from './cannot-convert.ts';
import { dataDependent } from './data-dependence.ts';

/** Where the output layer begins. */
export interface HiddenState {
  /** The last hidden state of all positions. */
  readonly hidden: string;
  /** What the output layer reads: the same, or the rows of it that the export kept. */
  readonly read: string;
  /** The output layer's nodes that read it. */
  readonly readers: readonly NodeProto[];
  /** Dimensions of `read`. */
  readonly rank: 2 | 3;
}

const PRODUCTS: readonly string[] = ['MatMul', 'Gemm', 'MatMulNBits', 'FusedMatMul'];

/**
 * Goes back from the logits to the one value that the output layer is computed from.
 * @throws AssayError MODEL_UNSUPPORTED where there is none
 */
export function findHidden(graph: OnnxGraph, logits: string, file: string): HiddenState {
  const { nodes } = liveNodes(graph, [logits]);
  const places = new Map<NodeProto, number>(nodes.map((node, at) => [node, at]));
  const data = dataDependent(graph, ['input_ids']);
  const place = (name: string): number => places.get(graph.producer(name)!) ?? -1;
  const frontier = new Set([logits]);
  const head: NodeProto[] = [];
  let product: NodeProto | undefined;
  while (frontier.size > 1 || product === undefined) {
    const last = [...frontier].reduce((a, b) => (place(a) >= place(b) ? a : b));
    const node = graph.producer(last);
    if (node === undefined) throw cannotConvert(file, 'no output layer was found before the logits');
    if (PRODUCTS.includes(node.opType)) product = node;
    head.push(node);
    frontier.delete(last);
    for (const name of node.input) if (data.has(name)) frontier.add(name);
    if (frontier.size === 0) throw cannotConvert(file, `the logits do not depend on input_ids behind ${node.opType}`);
  }
  const read = [...frontier][0]!;
  return {
    hidden: beforeKeptRows(graph, read, data),
    read,
    readers: head.filter((node) => node.input.includes(read)),
    rank: product.opType === 'Gemm' ? 2 : 3,
  };
}

/** Exports may keep only the last rows (num_logits_to_keep): the value before that. */
function beforeKeptRows(graph: OnnxGraph, read: string, data: ReadonlySet<string>): string {
  let hidden = read;
  for (let node = graph.producer(hidden); node !== undefined; node = graph.producer(hidden)) {
    if (!['Slice', 'Gather', 'Identity'].includes(node.opType) || !data.has(node.input[0]!)) return hidden;
    hidden = node.input[0]!;
  }
  return hidden;
}
