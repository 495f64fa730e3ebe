import type { NodeProto } from '../generated/onnx_pb.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';

/** The attention of one layer of the slim layout, between queries, keys and values and what they give. */
export interface AttentionCore {
  readonly layer: number;
  /** [B,keyHeads,G·S,headSize] */
  readonly q: string;
  /** [B,keyHeads,S,headSize] of the new tokens. */
  readonly k: string;
  readonly v: string;
  readonly pastKey: string;
  readonly pastValue: string;
  /** [B,keyHeads,G·S,T+S]: products of queries with past and new keys. */
  readonly scores: string;
  /** The same, masked and perhaps capped. */
  readonly masked: string;
  /** Lengths of past and new, which the weights are split by. */
  readonly lengths: string;
  /** Shaped as `q`. */
  readonly output: string;
}

/** @returns undefined where a layer's attention is not that of the slim layout */
export function findCore(graph: OnnxGraph, layer: number): AttentionCore | undefined {
  const [pastKey, pastValue] = [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`];
  const past = only(graph, pastKey, 'FusedMatMul');
  const joined = past && only(graph, past.output[0]!, 'Concat');
  const fresh = joined && graph.producer(joined.input[1]!);
  const softmax = joined && nextSoftmax(graph, joined.output[0]!);
  const split = softmax && only(graph, softmax.output[0]!, 'Split');
  const fromPast = split && only(graph, split.output[0]!, 'MatMul');
  const fromNew = split && only(graph, split.output[1]!, 'MatMul');
  const sum = fromPast && only(graph, fromPast.output[0]!, 'Add');
  if (fresh?.opType !== 'FusedMatMul' || past!.input[0] !== fresh.input[0]) return undefined;
  if (sum === undefined || fromNew === undefined || !sum.input.includes(fromNew.output[0]!)) return undefined;
  if (fromPast!.input[1] !== pastValue) return undefined;
  return {
    ...{ layer, pastKey, pastValue },
    q: past!.input[0]!,
    k: fresh.input[1]!,
    v: fromNew.input[1]!,
    scores: joined!.output[0]!,
    masked: softmax!.input[0]!,
    lengths: split!.input[1]!,
    output: sum.output[0]!,
  };
}

/** The one reader of a value, if it is of this kind; readers of its size do not count. */
function only(graph: OnnxGraph, value: string, kind: string): NodeProto | undefined {
  const readers = graph.consumers(value).filter(({ opType }) => opType !== 'Shape');
  return readers.length === 1 && readers[0]!.opType === kind ? readers[0] : undefined;
}

/** Past a cap and the mask. */
function nextSoftmax(graph: OnnxGraph, scores: string): NodeProto | undefined {
  const between = ['Add', 'Mul', 'Div', 'Tanh'];
  for (let value = scores; ; ) {
    const readers = graph.consumers(value);
    if (readers.length !== 1) return undefined;
    const [node] = readers as [NodeProto];
    if (node.opType === 'Softmax') return node;
    if (!between.includes(node.opType)) return undefined;
    value = node.output[0]!;
  }
}
