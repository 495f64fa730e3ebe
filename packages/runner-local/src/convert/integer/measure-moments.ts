import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CacheShape } from '../../layouts/kv-cache.ts';
import { openSession } from '../../runtime/open-session.ts';
import type { AttributeValue, OnnxGraph } from '../onnx/onnx-graph.ts';
import { readOnnx } from '../onnx/read-onnx.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import type { Moments } from './compensation.ts';
import { feedsOf } from './measure-activations.ts';
import type { PlannedSite } from './plan-site.ts';

/**
 * Runs a slim graph on texts and adds up products' inputs times those of their channels that stay exact.
 * @param folder for a copy of the graph that shows them
 * @param sites products whose channels are chosen
 */
export async function measureMoments(
  path: string,
  folder: string,
  sites: readonly PlannedSite[],
  texts: readonly (readonly number[])[],
  cache: CacheShape,
): Promise<ReadonlyMap<string, Moments>> {
  const graph = readOnnx(path);
  const shown = sites.map((site) => ({ site, outputs: showMoments(graph, site) }));
  const names = shown.flatMap(({ outputs: { total, products } }) =>
    products === undefined ? [total] : [total, products],
  );
  const copy = join(folder, 'moments.onnx');
  await writeOnnx(copy, graph, [...graph.nodes]);
  const session = await openSession(copy, { threads: availableParallelism() });
  const found = new Map<string, Moments>();
  try {
    for (const tokens of texts) {
      const run = await session.run(feedsOf(session, tokens, cache), names);
      const valuesOf = (name: string): Float32Array => run[name]!.data as Float32Array;
      for (const { site, outputs } of shown) {
        const { total, products } = outputs;
        const values = { total: valuesOf(total), products: products === undefined ? undefined : valuesOf(products) };
        found.set(site.input, addedTo(found.get(site.input), tokens.length, values, site.steps.kept));
      }
    }
  } finally {
    await session.release();
  }
  return found;
}

/** Sums over all rows: of each channel [K], and where channels are kept of theirs times all [kept,K]. */
interface Sums<T> {
  readonly total: T;
  readonly products: T | undefined;
}

function showMoments(graph: OnnxGraph, { input, shape, steps: { kept } }: PlannedSite): Sums<string> {
  const to = `moments.${input}`;
  const op = (kind: string, inputs: readonly string[], name: string, attributes: Record<string, AttributeValue>) =>
    graph.op(kind, inputs, `${to}.${name}`, { attributes });
  const flat = op('Reshape', [input, graph.integers(`moments.flat${shape.width}`, [-1, shape.width])], 'flat', {});
  const total = op('ReduceSum', [flat, graph.integers('moments.rows', [0])], 'total', { keepdims: 0n });
  graph.output(total, ELEMENT.float);
  if (kept.length === 0) return { total, products: undefined };
  const own = op('Gather', [flat, graph.integers(`${to}.places`, kept)], 'kept', { axis: 1n });
  const products = op('MatMul', [op('Transpose', [own], 'turned', { perm: [1n, 0n] }), flat], 'products', {});
  graph.output(products, ELEMENT.float);
  return { total, products };
}

function addedTo(
  before: Moments | undefined,
  tokens: number,
  { total, products }: Sums<Float32Array>,
  places: readonly number[],
): Moments {
  const k = total.length;
  const sums = before?.sums ?? new Float64Array((places.length + 1) * (k + 1));
  sums[0]! += tokens;
  for (let channel = 0; channel < k; channel++) sums[channel + 1]! += total[channel]!;
  places.forEach((place, at) => {
    const row = (at + 1) * (k + 1);
    sums[row]! += total[place]!;
    for (let channel = 0; channel < k; channel++) sums[row + channel + 1]! += products![at * k + channel]!;
  });
  return { sums };
}
