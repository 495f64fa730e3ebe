import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import type { SlimShape } from '../slim/slim-frame.ts';
import { type ChooseStepsOptions, chooseSteps, type InputSteps, peaksOf } from './choose-steps.ts';
import type { ColumnFactors } from './column-factors.ts';
import { type Moments, sharesOf } from './compensation.ts';
import { denseWeights, type InputShape } from './dense-weights.ts';
import type { Fold } from './find-folds.ts';
import type { ProductSite } from './find-products.ts';
import { eachHead } from './head-groups.ts';
import { addIntegerProduct, quantiseInput } from './integer-product.ts';
import { integerWeights } from './integer-weights.ts';
import type { Measured } from './measure-activations.ts';

/** A site with all that was found out about it. */
export interface PlannedSite extends ProductSite {
  readonly shape: InputShape;
  readonly fold: Fold;
  readonly steps: InputSteps;
}

/** Channels in fp32 behind a norm, and elsewhere, where two terms carry the rest. */
const KEPT = { norm: 32, other: 4 };

/**
 * Chooses how a site's input is brought to eight bits.
 * @param original the graph as it was
 * @param folder for temporary files
 */
export async function planSite(
  site: ProductSite & { readonly fold: Fold },
  measured: Measured,
  shape: SlimShape,
  original: OnnxGraph,
  folder: string,
): Promise<PlannedSite> {
  const { all, rank } = measured.channels.get(site.input)!;
  const own = { width: all.length, rank };
  const weights = await denseWeights(original, folder, site, own);
  const most = new Float32Array(own.width);
  for (const values of weights) {
    const n = values.length / own.width;
    for (let k = 0; k < own.width; k++) {
      let size = most[k]!;
      for (let place = k * n; place < (k + 1) * n; place++) {
        const here = Math.abs(values[place]!);
        if (here > size) size = here;
      }
      most[k] = size;
    }
  }
  const steps = chooseSteps(measured.channels.get(site.input)!, most, stepOptions(site, measured, shape));
  return { ...site, shape: own, steps };
}

function stepOptions(
  { fold, input }: ProductSite & { readonly fold: Fold },
  measured: Measured,
  shape: SlimShape,
): ChooseStepsOptions {
  switch (fold.to) {
    case 'norm':
      return { kind: 'static', kept: KEPT.norm };
    case 'up':
      return { kind: 'two', kept: KEPT.other };
    case 'values': {
      // The cache's values have one term, and what is made of them two: it is theirs that are evened out.
      const smoothing = eachHead(peaksOf(measured.heads.get(fold.core.v)!), shape);
      return { kind: 'two', kept: KEPT.other, smoothing };
    }
    case 'nowhere':
      return { kind: 'two', kept: KEPT.norm, smoothing: measured.channels.get(input)!.all.map(() => 1) };
  }
}

interface ProductForm {
  /** [K,N] of each product. */
  readonly weights: readonly Float32Array[];
  readonly moments: Moments;
  /** Whether its rows are the wanted ones, and not those of the batch. */
  readonly isWanted: boolean;
  /** Whether its weights are u8 and not s8. */
  readonly isUnsigned: boolean;
}

export function replaceProducts(
  graph: OnnxGraph,
  { input, outputs, nodes, shape, steps }: PlannedSite,
  factors: ColumnFactors,
  { weights, moments, isWanted, isUnsigned }: ProductForm,
): void {
  for (const node of nodes) graph.removeNode(node);
  const name = `int8.${input}`;
  const { width, rank } = shape;
  const flatShape = graph.integers(`int8.rows${width}`, [-1, width]);
  const flat = rank === 2 ? input : graph.op('Reshape', [input, flatShape], `${name}.flat`);
  const quantised = quantiseInput(graph, flat, steps, name);
  const shares = sharesOf(moments, steps.smoothing, steps.kept);
  outputs.forEach((output, at) => {
    const dense = weights[at]!;
    const n = dense.length / width;
    const whole = integerWeights(dense, steps.smoothing, factors.of(output, n), steps.kept, shares);
    const rows = addIntegerProduct(graph, quantised, whole, rank === 2 ? output : `${output}.rows`, isUnsigned);
    if (rank === 2) return;
    const to = isWanted ? graph.integers(`int8.wanted${n}`, [1, -1, n]) : batchShape(graph);
    graph.op('Reshape', [rows, to], output);
  });
}

/** [B,S,-1] */
function batchShape(graph: OnnxGraph): string {
  const name = 'int8.batch';
  if (graph.producer(name) === undefined) {
    const ids = graph.op('Shape', ['input_ids'], 'int8.ids_shape');
    graph.op('Concat', [ids, graph.integers('int8.rest', [-1])], name, { attributes: { axis: 0n } });
  }
  return name;
}
