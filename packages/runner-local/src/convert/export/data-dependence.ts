import type { OnnxGraph } from '../onnx/onnx-graph.ts';

/** Operators whose result depends on sizes alone. */
const SIZES: readonly string[] = ['Shape', 'Size'];

/** All values that depend on what the inputs hold, and not only on how large they are. */
export function dataDependent(graph: OnnxGraph, inputs: readonly string[]): Set<string> {
  const found = new Set(inputs);
  const queue = [...inputs];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const node of graph.consumers(name)) {
      if (SIZES.includes(node.opType)) continue;
      for (const output of node.output) {
        if (output === '' || found.has(output)) continue;
        found.add(output);
        queue.push(output);
      }
    }
  }
  return found;
}
