import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { openSession } from '../../runtime/open-session.ts';
import type { NodeProto } from '../generated/onnx_pb.ts';
import { liveNodes } from '../onnx/live-nodes.ts';
import { attribute, OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, memoryTensor } from '../onnx/tensor-source.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import type { ProductSite } from './find-products.ts';

/** Width and number of dimensions of what products read. */
export interface InputShape {
  readonly width: number;
  readonly rank: number;
}

/** Version of ONNX's operators from which on scales may belong to blocks. */
const BLOCK_SCALES = 21;
/** Version of the file format that has elements of 4 bits. */
const IR_OF_BLOCK_SCALES = 10;

/**
 * Weights [K,N] of a site's products in fp32, whatever they are kept in: the runtime computes products of the identity. Those in
 * blocks of 4 bits it only unpacks, to the same numbers: products of a width of 8,192 would take seconds each.
 * @param folder for a graph of these products alone
 * @param graph whose nodes are all there
 */
export async function denseWeights(
  graph: OnnxGraph,
  folder: string,
  { input, outputs }: ProductSite,
  { width, rank }: InputShape,
): Promise<readonly Float32Array[]> {
  const dims = rank === 3 ? [1, width, width] : [width, width];
  return compute(graph, folder, outputs, { name: input, dims });
}

/** Values of a graph that depend on no input. */
export async function constantsOf(
  graph: OnnxGraph,
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Float32Array>> {
  if (names.length === 0) return new Map();
  const found = await compute(graph, folder, names);
  return new Map(names.map((name, at) => [name, found[at]!]));
}

/** A value of a graph that is the identity matrix. */
interface Identity {
  readonly name: string;
  readonly dims: readonly number[];
}

/** Runs what some values need of a graph. */
async function compute(
  graph: OnnxGraph,
  folder: string,
  names: readonly string[],
  identity?: Identity,
): Promise<Float32Array[]> {
  const part = partOf(graph, names, identity);
  const shown = (name: string): string => `${name}.shown`;
  for (const name of names) {
    part.op('Identity', [name], shown(name));
    part.output(shown(name), ELEMENT.float);
  }
  const path = join(folder, 'part.onnx');
  await writeOnnx(path, part, liveNodes(part, names.map(shown)).nodes);
  const session = await openSession(path);
  try {
    const found = await session.run(part.inputs.length === 0 ? {} : feedOf(identity!), names.map(shown));
    return names.map((name) => found[shown(name)]!.data as Float32Array);
  } finally {
    await session.release();
  }
}

function feedOf({ name, dims }: Identity): Record<string, Tensor> {
  const width = dims.at(-1)!;
  const values = new Float32Array(width * width);
  for (let k = 0; k < width; k++) values[k * width + k] = 1;
  return { [name]: new Tensor('float32', values, dims) };
}

function partOf(graph: OnnxGraph, names: readonly string[], identity: Identity | undefined): OnnxGraph {
  const part = new OnnxGraph();
  part.irVersion = graph.irVersion;
  for (const [domain, version] of graph.opsets) part.opsets.set(domain, version);
  const queue = [...names];
  const seen = new Set<string>();
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (name === '' || seen.has(name)) continue;
    seen.add(name);
    if (name === identity?.name) {
      part.input(name, ELEMENT.float, identity.dims);
      continue;
    }
    const initializer = graph.initializers.get(name);
    if (initializer !== undefined) part.initializers.set(name, initializer);
    const node = graph.producer(name);
    if (node === undefined) continue;
    if (node.input[0] === identity?.name && isOfFourBits(node, graph)) {
      queue.push(addUnpacked(part, node, graph));
      continue;
    }
    if (!part.nodes.has(node)) part.addNode(node);
    queue.push(...node.input);
  }
  return part;
}

/** Whether a node multiplies by whole blocks of 4 bits around 8. */
function isOfFourBits(node: NodeProto, graph: OnnxGraph): boolean {
  const [, packed = '', , ...rest] = node.input;
  if (node.opType !== 'MatMulNBits' || rest.some((name) => name !== '')) return false;
  const { bits, width, block } = blocksOf(node);
  return bits === 4 && width % block === 0 && graph.initializers.has(packed);
}

/** Puts the weights [K,N] of a product in place of the product. @returns the value that holds their scales */
function addUnpacked(part: OnnxGraph, node: NodeProto, graph: OnnxGraph): string {
  const [, packed, scales] = node.input as [string, string, string];
  const { width, columns, block } = blocksOf(node);
  part.opsets.set('', Math.max(BLOCK_SCALES, part.opsets.get('') ?? 0));
  part.irVersion = Math.max(part.irVersion, IR_OF_BLOCK_SCALES);
  const [to] = node.output as [string];
  const halves = `${packed}.halves`;
  // Two weights a byte, the first in its low half, as ONNX has them too.
  part.initializers.set(halves, { ...graph.initializers.get(packed)!, type: ELEMENT.uint4, dims: [columns, width] });
  part.initializers.set(
    `${packed}.centre`,
    memoryTensor(
      ELEMENT.uint4,
      [columns, width / block],
      new Uint8Array(Math.ceil((columns * width) / block / 2)).fill(0x88),
    ),
  );
  const shape = part.integers(`${to}.blocks`, [columns, width / block]);
  const shaped = part.op('Reshape', [scales, shape], `${to}.scales`);
  const attributes = { axis: 1n, block_size: BigInt(block) };
  const rows = part.op('DequantizeLinear', [halves, shaped, `${packed}.centre`], `${to}.rows`, { attributes });
  part.op('Transpose', [rows], to, { attributes: { perm: [1n, 0n] } });
  return scales;
}

function blocksOf(node: NodeProto): { bits: number; width: number; columns: number; block: number } {
  const of = (name: string): number => Number(attribute(node, name)?.i ?? 0n);
  return { bits: of('bits'), width: of('K'), columns: of('N'), block: of('block_size') };
}
