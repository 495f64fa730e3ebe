import { addsPairsNarrowly } from '../../runtime/integer-units.ts';
import { dataDependent } from '../export/data-dependence.ts';
import type { NodeProto } from '../generated/onnx_pb.ts';
import { liveNodes } from '../onnx/live-nodes.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { readOnnx } from '../onnx/read-onnx.ts';
import type { SlimShape } from '../slim/slim-frame.ts';
import { cannotQuantise } from './cannot-quantise.ts';
import { ColumnFactors, replaceInput } from './column-factors.ts';
import type { Moments } from './compensation.ts';
import { constantsOf, denseWeights } from './dense-weights.ts';
import type { AttentionCore } from './find-cores.ts';
import { type Fold, findFold } from './find-folds.ts';
import { constantValues, findProducts } from './find-products.ts';
import { inverse, ofValues } from './head-groups.ts';
import { replaceAttention } from './integer-attention.ts';
import { narrowCache } from './integer-cache.ts';
import { type Measured, measureActivations } from './measure-activations.ts';
import { measureMoments } from './measure-moments.ts';
import { attentionSteps, coreOf, planTurn, type TracedCore, turnOf } from './plan-attention.ts';
import { type PlannedSite, planSite, replaceProducts } from './plan-site.ts';

/** A graph whose products are of whole numbers, ready to be written. */
export interface IntegerGraph {
  readonly graph: OnnxGraph;
  readonly nodes: readonly NodeProto[];
}

export interface IntegerGraphOptions {
  /** A graph in the slim layout. */
  readonly path: string;
  readonly shape: SlimShape;
  /** Calibration texts as token ids. */
  readonly texts: readonly (readonly number[])[];
  /** For temporary files. */
  readonly folder: string;
  /** Whether weights are u8 and not s8. @default whether this processor would cut off sums of s8 */
  readonly unsignedWeights?: boolean;
}

/**
 * Rewrites a slim graph to products of u8 rows and s8 columns, and to attention of whole numbers over a cache of 8 bits.
 * What a row becomes depends on no other row, however they are batched, ordered, cut or padded.
 * @throws AssayError MODEL_UNSUPPORTED naming what has no integer form
 */
export async function integerGraph(options: IntegerGraphOptions): Promise<IntegerGraph> {
  const { path, shape, texts, folder } = options;
  const graph = readOnnx(path);
  if (!graph.inputs.some(({ name }) => name === 'past_len'))
    throw cannotQuantise(path, 'it is not in the slim layout', 'convert the model first: assay models convert');
  const nodes = liveNodes(graph, outputsOf(graph)).nodes;
  const sites = findProducts(graph, nodes, dataDependent(graph, ['input_ids']));
  const constants = constantValues(graph, nodes);
  const traceable = { graph, constants, products: new Set(sites.flatMap(({ outputs }) => outputs)) };
  const cores = Array.from({ length: shape.layers }, (_, layer) => coreOf(traceable, layer, shape, path));
  if (sites.length === 0) throw cannotQuantise(path, 'it has no products with constant weights');
  const wanted = {
    channels: sites.map(({ input }) => input),
    heads: new Map(
      cores.flatMap(({ core, q, k }) => [
        [core.q, turnOf(q, shape)],
        [core.k, turnOf(k, shape)],
        [core.v, undefined],
      ]),
    ),
  };
  const cache = { layers: shape.layers, heads: shape.keyHeads, headSize: shape.headSize };
  const measured = await measureActivations(path, folder, wanted, texts, cache);
  const valueWidth = shape.keyHeads * shape.headSize;
  const plainCores = cores.map(({ core }) => core);
  const folded = sites.map((site) => {
    const width = measured.channels.get(site.input)!.all.length;
    return { ...site, fold: findFold(traceable, site, width, plainCores, valueWidth) };
  });
  const fixed = await constantsOf(graph, folder, foldedConstants(folded, cores));
  const original = readOnnx(path);
  const planned: PlannedSite[] = [];
  for (const site of folded) planned.push(await planSite(site, measured, shape, original, folder));
  const moments = await measureMoments(path, folder, planned, texts, cache);
  return rewrite({ ...options, graph, original, constants, sites: planned, cores, measured, moments, fixed });
}

interface Findings extends IntegerGraphOptions {
  readonly graph: OnnxGraph;
  /** The graph as it is before. */
  readonly original: OnnxGraph;
  readonly constants: ReadonlySet<string>;
  readonly sites: readonly PlannedSite[];
  readonly cores: readonly TracedCore[];
  readonly measured: Measured;
  readonly moments: ReadonlyMap<string, Moments>;
  /** Values of biases and of norms' weights that folds go into. */
  readonly fixed: ReadonlyMap<string, Float32Array>;
}

async function rewrite(found: Findings): Promise<IntegerGraph> {
  const { graph, original, shape, cores, constants, sites, measured, moments, fixed, path, folder } = found;
  const isUnsigned = found.unsignedWeights ?? addsPairsNarrowly();
  const factors = new ColumnFactors();
  const turns = cores.map((core) => planTurn(core, measured, shape, factors));
  const smoothings = new Map<AttentionCore, Float32Array>();
  const rows = dataDependent(graph, ['rows']);
  // Backwards: what is folded into a product comes from one that reads it.
  for (const planned of [...sites].reverse()) {
    const { fold, steps, input } = planned;
    if (fold.to === 'norm') {
      const gamma = fixed.get(fold.gamma)!.map((one, k) => one / steps.smoothing[k]!);
      replaceInput(graph, fold.node, fold.gamma, gamma);
    } else if (fold.to === 'up') factors.add(fold.columns, inverse(steps.smoothing));
    else if (fold.to === 'values') {
      const shared = ofValues(steps.smoothing, shape);
      smoothings.set(fold.core, shared);
      factors.add(fold.columns, inverse(shared));
    }
    const weights = await denseWeights(original, folder, planned, planned.shape);
    const form = { weights, moments: moments.get(input)!, isWanted: rows.has(input), isUnsigned };
    replaceProducts(graph, planned, factors, form);
  }
  factors.applyToBiases(graph, fixed);
  const steps = cores.map(({ core }, layer) => attentionSteps(core, measured, turns[layer]!, smoothings.get(core)));
  narrowCache(graph, shape, steps, constants, path);
  for (const [layer, { core }] of cores.entries()) replaceAttention(graph, core, steps[layer]!, constants);
  const { nodes, sources } = liveNodes(graph, outputsOf(graph));
  for (const name of graph.initializers.keys()) if (!sources.has(name)) graph.initializers.delete(name);
  return { graph, nodes };
}

function foldedConstants(sites: readonly { readonly fold: Fold }[], cores: readonly TracedCore[]): string[] {
  const traced = [
    ...sites.flatMap(({ fold }) => (fold.to === 'up' || fold.to === 'values' ? fold.columns : [])),
    ...cores.flatMap(({ q, k }) => [q, k].flatMap((one) => one ?? [])),
  ];
  const biases = traced.flatMap((columns) => columns.biases.map(({ bias }) => bias));
  const gammas = sites.flatMap(({ fold }) => (fold.to === 'norm' ? fold.gamma : []));
  return [...new Set([...biases, ...gammas])];
}

function outputsOf(graph: OnnxGraph): string[] {
  return graph.outputs.map(({ name }) => name);
}
