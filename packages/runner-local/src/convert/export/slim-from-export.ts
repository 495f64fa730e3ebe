import { basename } from 'node:path';
import { AssayError } from '@assay/core';
import type { NodeProto } from '../generated/onnx_pb.ts';
import { liveNodes } from '../onnx/live-nodes.ts';
import { attribute, MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { readOnnx } from '../onnx/read-onnx.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';
import { addNewKeysAndValues, addSlimFrame, POSITIONS, type SlimShape } from '../slim/slim-frame.ts';
import { addDistributions, addWantedRows } from '../slim/slim-head.ts';
import { cannotConvert } from './cannot-convert.ts';
import { replaceCountedPositions } from './counted-positions.ts';
import type { ExportedDecoder } from './decoder-config.ts';
import { findHidden } from './find-hidden.ts';
import { type NewKeyAndValue, replaceFusedAttention } from './fused-attention.ts';
import { halfToFloat } from './half-to-float.ts';
import { replacePlainAttention } from './plain-attention.ts';
import { toWeightOnly } from './weight-only.ts';

/** Number formats of converted weights, as they stand in `slim_<format>.onnx`. */
export type SlimFormat = 'q4' | 'q4f16' | 'q8' | 'fp16' | 'fp32';

/** A graph in the slim layout, ready to be written. */
export interface SlimGraph {
  readonly graph: OnnxGraph;
  /** What its outputs need, in order. */
  readonly nodes: readonly NodeProto[];
  readonly format: SlimFormat;
}

/** Operators of standard (com.microsoft also) exports need at least this version of ONNX's own. */
const OLDEST_OPSET = 13;
const BRANCHES: readonly string[] = ['If', 'Loop', 'Scan'];

/**
 * Brings a standard export with past to the slim layout: attention, positions, mask and output rows are replaced; all
 * other operators and all weights stay as they are.
 * @throws AssayError MODEL_UNSUPPORTED naming the operator or input that has no counterpart, MODEL_LOAD
 */
export function slimFromExport(path: string, decoder: ExportedDecoder): SlimGraph {
  const graph = readOnnx(path);
  try {
    return convertGraph(graph, path, decoder);
  } catch (cause) {
    // What a graph's own values make impossible: nodes in a circle, lists of impossible lengths.
    if (!(cause instanceof RangeError)) throw cause;
    throw new AssayError('MODEL_LOAD', `${basename(path)} is no sound ONNX graph: ${cause.message}`, {
      at: { file: path },
      hint: 'the file is damaged: fetch the model again',
      cause,
    });
  }
}

function convertGraph(graph: OnnxGraph, path: string, decoder: ExportedDecoder): SlimGraph {
  const { shape, layers } = decoder;
  checkExport(graph, path, shape);
  checkPast(graph, path, shape);
  const halfCache = pastType(graph) === ELEMENT.float16;
  halfToFloat(graph);
  const hadBytes = toWeightOnly(graph, path);
  const { hidden, read, readers, rank } = findHidden(graph, 'logits', path);
  const positions = graph.inputs.some(({ name }) => name === 'position_ids');
  const news = Array.from({ length: shape.layers }, (_, layer) => replaceAttention(graph, layer, decoder, path));
  graph.outputs = [];
  addSlimFrame(
    graph,
    shape,
    layers.map(({ window }) => window),
  );
  if (positions) graph.op('Identity', [POSITIONS], 'position_ids');
  else replaceCountedPositions(graph);
  addNewKeysAndValues(graph, shape, news.flat());
  const rows = addWantedRows(graph, hidden, shape.hiddenSize, rank);
  graph.redirect(read, rows, readers);
  addDistributions(graph, 'logits', rank);
  graph.opsets.set(MICROSOFT, 1);
  const slim = finishSlim(graph, path, halfCache);
  return hadBytes ? { ...slim, format: 'q8' } : slim;
}

/** Drops what the slim outputs do not need, and checks that nothing of another frame is left. */
export function finishSlim(graph: OnnxGraph, path: string, halfCache: boolean): SlimGraph {
  const nodes = prune(graph, path);
  return { graph, nodes, format: formatOf(graph, nodes, halfCache) };
}

function checkExport(graph: OnnxGraph, path: string, shape: SlimShape): void {
  const names = new Set(graph.inputs.map(({ name }) => name));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const file = basename(path);
  if (names.has('past_len')) throw cannotConvert(path, `${file} has the slim layout already`);
  if (graph.functions.size > 0)
    throw cannotConvert(path, `${file} has functions of its own (${[...graph.functions][0]})`);
  const branch = [...graph.nodes].find(({ opType }) => BRANCHES.includes(opType));
  if (branch !== undefined) {
    throw cannotConvert(
      path,
      `the operator ${branch.opType} (${branch.name}) chooses between graphs; take an unmerged export`,
    );
  }
  const opset = graph.opsets.get('') ?? 0;
  if (opset < OLDEST_OPSET)
    throw cannotConvert(path, `${file} has opset ${opset}; export it with ${OLDEST_OPSET} or later`);
  if (!outputs.has('logits')) throw cannotConvert(path, `${file} has no output logits`);
  const layers = [...names].filter((name) => /^past_key_values\.\d+\.key$/.test(name)).length;
  if (layers !== shape.layers) {
    throw cannotConvert(
      path,
      `${file} has ${layers} inputs past_key_values.N.key, and config.json says ${shape.layers} layers`,
    );
  }
}

/** Sizes that the graph states must be the config's. */
function checkPast(graph: OnnxGraph, path: string, { keyHeads, headSize }: SlimShape): void {
  const dims = graph.inputs.find(({ name }) => name === 'past_key_values.0.key')?.type?.tensorType?.shape?.dim ?? [];
  const [, heads, , size] = dims.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : undefined));
  if ((heads ?? keyHeads) === keyHeads && (size ?? headSize) === headSize) return;
  const wanted = `${keyHeads} key heads of ${headSize}`;
  throw cannotConvert(path, `${basename(path)} has ${heads} key heads of ${size}, and config.json says ${wanted}`);
}

function pastType(graph: OnnxGraph): number | undefined {
  return graph.inputs.find(({ name }) => name === 'past_key_values.0.key')?.type?.tensorType?.elemType;
}

function replaceAttention(graph: OnnxGraph, layer: number, decoder: ExportedDecoder, path: string): NewKeyAndValue {
  const keys = presentMaker(graph, `present.${layer}.key`, path);
  const values = presentMaker(graph, `present.${layer}.value`, path);
  if (keys === values && ['GroupQueryAttention', 'MultiHeadAttention'].includes(keys.opType)) {
    return replaceFusedAttention(graph, keys, layer, decoder, path);
  }
  if (keys.opType === 'Concat' && values.opType === 'Concat') {
    return replacePlainAttention(graph, keys, values, layer, decoder, path);
  }
  throw cannotConvert(path, `the operator ${keys.opType} (${keys.name}) makes the keys of layer ${layer}`);
}

function presentMaker(graph: OnnxGraph, output: string, path: string): NodeProto {
  let node = graph.producer(output);
  while (node !== undefined && (node.opType === 'Identity' || node.opType === 'Cast')) {
    node = graph.producer(node.input[0]!);
  }
  if (node === undefined) throw cannotConvert(path, `${basename(path)} has no output ${output}`);
  return node;
}

function prune(graph: OnnxGraph, path: string): readonly NodeProto[] {
  const { nodes, sources } = liveNodes(
    graph,
    graph.outputs.map(({ name }) => name),
  );
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  for (const [name, reader] of sources) {
    if (!inputs.has(name) && !graph.initializers.has(name)) {
      throw cannotConvert(path, `the operator ${reader.opType} (${reader.name}) reads ${name} outside the attention`);
    }
  }
  for (const node of nodes) {
    const past = node.input.find((name) => name.startsWith('past_key_values.'));
    if (past !== undefined && !node.name.startsWith('slim.')) {
      throw cannotConvert(path, `the operator ${node.opType} (${node.name}) reads ${past} outside the attention`);
    }
    if (node.opType === 'DynamicQuantizeLinear') {
      throw cannotConvert(path, `the operator DynamicQuantizeLinear (${node.name}) mixes the rows of a batch`);
    }
  }
  for (const name of graph.initializers.keys()) if (!sources.has(name)) graph.initializers.delete(name);
  return nodes;
}

function formatOf(graph: OnnxGraph, nodes: readonly NodeProto[], halfCache: boolean): SlimFormat {
  const bits = new Set(
    nodes.filter(({ opType }) => opType === 'MatMulNBits').map((node) => Number(attribute(node, 'bits')?.i ?? 4n)),
  );
  if (bits.has(4)) return halfCache ? 'q4f16' : 'q4';
  if (bits.has(8)) return 'q8';
  const types = new Set(
    [...graph.initializers.values()].filter(({ dims }) => dims.length === 2).map(({ type }) => type),
  );
  if (types.has(ELEMENT.int8) || types.has(ELEMENT.uint8)) return 'q8';
  return types.has(ELEMENT.float16) || types.has(ELEMENT.bfloat16) ? 'fp16' : 'fp32';
}
