import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { openSession } from '../../runtime/open-session.ts';
import { MICROSOFT, OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, memoryTensor } from '../onnx/tensor-source.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { addBlockProduct } from '../weights/block-product.ts';
import { denseWeights } from './dense-weights.ts';

/** Three blocks of 32 for each column: an odd number in all. */
const [K, N] = [96, 21];

let state = 5;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random() - 0.5);

interface Blocks {
  readonly block: number;
  readonly planes: 1 | 2;
  readonly shifts?: boolean;
}

function graphOf({ block, planes, shifts = false }: Blocks, rank: 2 | 3): OnnxGraph {
  const graph = new OnnxGraph();
  graph.opsets.set('', 17).set(MICROSOFT, 1);
  graph.input('x', ELEMENT.float, rank === 3 ? [1, 'rows', K] : ['rows', K]);
  graph.output('y', ELEMENT.float);
  const count = Math.ceil(K / block);
  const names = ['high', 'low'].slice(0, planes);
  for (const name of names) {
    const bytes = Uint8Array.from({ length: (N * count * block) / 2 }, () => random() * 256);
    graph.initializers.set(name, memoryTensor(ELEMENT.uint8, [N, count, block / 2], bytes));
  }
  for (const name of ['scales', 'shifts'])
    graph.initializers.set(name, memoryTensor(ELEMENT.float, [N, count], floats(N * count)));
  const weights = { n: N, k: K, block, planes: names, scales: 'scales', shifts: shifts ? 'shifts' : undefined };
  addBlockProduct(graph, 'x', weights, 'y');
  return graph;
}

/** The runtime's own products of the identity. */
async function multiplied(graph: OnnxGraph, rank: 2 | 3): Promise<Float32Array> {
  const path = join(temporaryFolder(), 'product.onnx');
  await writeOnnx(path, graph, [...graph.nodes]);
  const session = await openSession(path);
  onTestFinished(() => session.release());
  const identity = Float32Array.from({ length: K * K }, (_, at) => (at % (K + 1) === 0 ? 1 : 0));
  const { y } = await session.run({ x: new Tensor('float32', identity, rank === 3 ? [1, K, K] : [K, K]) });
  return y!.data as Float32Array;
}

/** A sum is 0 where a single product is −0. */
const withoutSigns = (values: Float32Array): Float32Array => values.map((value) => value + 0);

describe('weights of products, written out', () => {
  it.each<[string, Blocks, 2 | 3]>([
    ['one plane', { block: 32, planes: 1 }, 2],
    ['two planes', { block: 32, planes: 2 }, 3],
    ['a plane with shifts', { block: 32, planes: 1, shifts: true }, 3],
    ['blocks of which the last is cut', { block: 64, planes: 1 }, 2],
  ])('are what the product of the identity gives: %s', async (_, blocks, rank) => {
    const graph = graphOf(blocks, rank);
    const site = { input: 'x', outputs: ['y'], nodes: graph.nodes };
    const [dense] = await denseWeights(graph, temporaryFolder(), site, { width: K, rank });
    expect(dense).toHaveLength(K * N);
    expect(new Set(dense).size).toBeGreaterThan(100);
    expect(withoutSigns(dense!)).toEqual(withoutSigns(await multiplied(graph, rank)));
  });
});
