import type { NodeProto } from '../generated/onnx_pb.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';

/** One value that products with constant weights read, and what they make of it: each is x · W. */
export interface ProductSite {
  /** x [...,K] */
  readonly input: string;
  /** x · W [...,N], of several nodes where weights lie in several planes. */
  readonly outputs: readonly string[];
  /** All nodes between. */
  readonly nodes: ReadonlySet<NodeProto>;
}

/** What is linear in a value: products of it, or sums of its runs on their way to one. */
interface Linear {
  readonly x: string;
  readonly kind: 'product' | 'sums';
  readonly nodes: readonly NodeProto[];
}

/**
 * The products of a graph, by what they read, in order.
 * @param nodes the live ones, each after those that it reads
 * @param data values that depend on the tokens
 */
export function findProducts(
  graph: OnnxGraph,
  nodes: readonly NodeProto[],
  data: ReadonlySet<string>,
): readonly ProductSite[] {
  const linear = new Map<string, Linear>();
  const constants = constantValues(graph, nodes);
  for (const node of nodes) {
    const found = linearIn(node, linear, constants, graph);
    if (found !== undefined && data.has(found.x)) linear.set(node.output[0]!, found);
  }
  const sites = new Map<string, { outputs: string[]; nodes: Set<NodeProto> }>();
  for (const [output, { x, kind, nodes: own }] of linear) {
    if (kind !== 'product' || graph.consumers(output).some((node) => linear.get(node.output[0]!)?.x === x)) continue;
    const site = sites.get(x) ?? { outputs: [], nodes: new Set() };
    sites.set(x, site);
    site.outputs.push(output);
    for (const node of own) site.nodes.add(node);
  }
  return [...sites].map(([input, site]) => ({ input, ...site }));
}

/** Values that are the same whatever the inputs. */
export function constantValues(graph: OnnxGraph, nodes: readonly NodeProto[]): ReadonlySet<string> {
  const constants = new Set(graph.initializers.keys());
  for (const node of nodes) {
    if (!node.input.every((name) => name === '' || constants.has(name))) continue;
    for (const output of node.output) constants.add(output);
  }
  return constants;
}

function linearIn(
  node: NodeProto,
  linear: ReadonlyMap<string, Linear>,
  constants: ReadonlySet<string>,
  graph: OnnxGraph,
): Linear | undefined {
  const [a, b, ...rest] = node.input;
  if (a === undefined || constants.has(a)) return undefined;
  const [left, right] = [linear.get(a), b === undefined ? undefined : linear.get(b)];
  const fixed = [b, ...rest].every((name) => name === undefined || name === '' || constants.has(name));
  switch (node.opType) {
    case 'MatMulNBits':
      return fixed ? { x: a, kind: 'product', nodes: [node] } : undefined;
    case 'MatMul':
    case 'FusedMatMul':
      if (!fixed) return undefined;
      if (left?.kind === 'sums') return { x: left.x, kind: 'product', nodes: [...left.nodes, node] };
      return { x: a, kind: 'product', nodes: [node] };
    case 'ReduceSum': {
      const runs = graph.producer(a);
      if (runs?.opType !== 'Reshape') return fixed ? { x: a, kind: 'sums', nodes: [node] } : undefined;
      return fixed && constants.has(runs.input[1]!)
        ? { x: runs.input[0]!, kind: 'sums', nodes: [runs, node] }
        : undefined;
    }
    case 'Add':
      if (left?.kind !== 'product' || right?.kind !== 'product' || left.x !== right.x) return undefined;
      return { x: left.x, kind: 'product', nodes: [...left.nodes, ...right.nodes, node] };
    default:
      return undefined;
  }
}
