import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { openSession } from '../../runtime/open-session.ts';
import { liveNodes } from '../onnx/live-nodes.ts';
import { OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import type { ProductSite } from './find-products.ts';

/** Width and number of dimensions of what products read. */
export interface InputShape {
  readonly width: number;
  readonly rank: number;
}

/**
 * Weights [K,N] of a site's products in fp32, whatever blocks they are kept in: the runtime computes products of the identity.
 * @param folder for a graph of these products alone
 * @param graph whose nodes are all there
 */
export async function denseWeights(
  graph: OnnxGraph,
  folder: string,
  { input, outputs }: ProductSite,
  { width, rank }: InputShape,
): Promise<readonly Float32Array[]> {
  const values = new Float32Array(width * width);
  for (let k = 0; k < width; k++) values[k * width + k] = 1;
  const dims = rank === 3 ? [1, width, width] : [width, width];
  return compute(graph, folder, outputs, new Map([[input, new Tensor('float32', values, dims)]]));
}

/** Values of a graph that depend on no input. */
export async function constantsOf(
  graph: OnnxGraph,
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Float32Array>> {
  if (names.length === 0) return new Map();
  const found = await compute(graph, folder, names, new Map());
  return new Map(names.map((name, at) => [name, found[at]!]));
}

/** Runs what some values need of a graph. @param known values that are given instead of computed */
async function compute(
  graph: OnnxGraph,
  folder: string,
  names: readonly string[],
  known: ReadonlyMap<string, Tensor>,
): Promise<Float32Array[]> {
  const part = partOf(graph, names, known);
  const shown = (name: string): string => `${name}.shown`;
  for (const name of names) {
    part.op('Identity', [name], shown(name));
    part.output(shown(name), ELEMENT.float);
  }
  const path = join(folder, 'part.onnx');
  await writeOnnx(path, part, liveNodes(part, names.map(shown)).nodes);
  const session = await openSession(path);
  try {
    const found = await session.run(Object.fromEntries(known), names.map(shown));
    return names.map((name) => found[shown(name)]!.data as Float32Array);
  } finally {
    await session.release();
  }
}

function partOf(graph: OnnxGraph, names: readonly string[], known: ReadonlyMap<string, Tensor>): OnnxGraph {
  const part = new OnnxGraph();
  part.irVersion = graph.irVersion;
  for (const [domain, version] of graph.opsets) part.opsets.set(domain, version);
  for (const [name, { dims }] of known) part.input(name, ELEMENT.float, dims);
  const queue = [...names];
  const seen = new Set(known.keys());
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (name === '' || seen.has(name)) continue;
    seen.add(name);
    const initializer = graph.initializers.get(name);
    if (initializer !== undefined) part.initializers.set(name, initializer);
    const node = graph.producer(name);
    if (node === undefined) continue;
    if (!part.nodes.has(node)) part.addNode(node);
    queue.push(...node.input);
  }
  return part;
}
