import type { NodeProto } from '../generated/onnx_pb.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/** What a graph's outputs need. */
export interface LiveGraph {
  /** In an order in which every value is made before it is read. */
  readonly nodes: NodeProto[];
  /** Values that no node makes: inputs and initializers, each with a node that reads it. */
  readonly sources: Map<string, NodeProto>;
}

/**
 * The nodes that the named values depend on.
 * @throws RangeError on a cycle
 */
export function liveNodes(graph: OnnxGraph, outputs: readonly string[]): LiveGraph {
  const sources = new Map<string, NodeProto>();
  const state = new Map<NodeProto, 'open' | 'done'>();
  const nodes: NodeProto[] = [];
  // A stack of its own: a deep model's chain of nodes is longer than the call stack allows.
  const stack = outputs.flatMap((name) => graph.producer(name) ?? []);
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    if (state.get(node) === 'done') {
      stack.pop();
      continue;
    }
    const waiting: NodeProto[] = [];
    for (const name of node.input) {
      const producer = name === '' ? undefined : graph.producer(name);
      if (producer === undefined) {
        if (name !== '') sources.set(name, node);
      } else if (state.get(producer) === 'open') {
        throw new RangeError(`the nodes ${node.name} and ${producer.name} wait for each other`);
      } else if (state.get(producer) === undefined) waiting.push(producer);
    }
    if (waiting.length > 0) {
      state.set(node, 'open');
      stack.push(...waiting);
    } else {
      state.set(node, 'done');
      nodes.push(node);
      stack.pop();
    }
  }
  return { nodes, sources };
}
