import type { NodeProto } from '../generated/onnx_pb.ts';
import { attribute, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { addSlimCore } from '../slim/slim-frame.ts';
import { cannotConvert } from './cannot-convert.ts';
import type { ExportedDecoder } from './decoder-config.ts';
import type { NewKeyAndValue } from './fused-attention.ts';

/** What repeats and turns keys and values on their way to a product without changing their numbers. */
const MOVES: readonly string[] = ['Transpose', 'Reshape', 'Expand', 'Unsqueeze', 'Squeeze', 'Cast', 'Identity', 'Tile'];
/** What may stand between the scores and the softmax, and between the softmax and the values, besides a factor. */
const MASKS: readonly string[] = ['Add', 'Where', 'Max', 'Min', 'Clip', 'Cast', 'Identity', 'Dropout'];
const PRODUCTS: readonly string[] = ['MatMul', 'FusedMatMul'];
/** Reads of a value that do not carry it on. */
const ASIDE: readonly string[] = ['Shape', 'Size', 'IsNaN'];

interface Factor {
  readonly kind: 'Mul' | 'Div';
  readonly by: string;
}

/**
 * Replaces attention that is spelt out (torch's own operators: two products around a softmax) by slim attention. The
 * rotary embedding and all before it stays; the mask goes.
 * @param keys,values Concat nodes of past and new, [B,keyHeads,T+S,headSize]
 * @throws AssayError MODEL_UNSUPPORTED naming the operator that is not known there
 */
export function replacePlainAttention(
  graph: OnnxGraph,
  keys: NodeProto,
  values: NodeProto,
  layer: number,
  { shape, layers, scoreCap }: ExportedDecoder,
  file: string,
): NewKeyAndValue {
  const { heads, keyHeads, headSize } = shape;
  const name = `slim.${layer}.`;
  const factors: Factor[] = [];
  const { node: scores, value: keyOperand } = followMoves(graph, keys.output[0]!, factors, layer, file);
  const weighted = followScores(graph, scores.output[0]!, scoreCap !== null, factors, layer, file);
  const { node: same } = followMoves(graph, values.output[0]!, [], layer, file);
  if (same !== weighted) throw cannotConvert(file, `the softmax of layer ${layer} does not meet its values`);
  if (scores.input[1] !== keyOperand)
    throw cannotConvert(file, `${scores.opType} of layer ${layer} has keys on the left`);

  const alpha = attribute(scores, 'alpha')?.f;
  if (alpha !== undefined) factors.push({ kind: 'Mul', by: graph.floats(`slim.alpha_${alpha}`, [alpha], []) });
  let q = scores.input[0]!;
  factors.forEach(({ kind, by }, at) => {
    q = graph.op(kind, [q, by], `${name}q_times${at}`);
  });
  const q4 = graph.op('Reshape', [q, graph.integers('slim.group_q', [0, keyHeads, -1, headSize])], `${name}q`);
  const [k, v] = [newPart(graph, keys, layer, file), newPart(graph, values, layer, file)];
  graph.removeNode(weighted);
  addSlimCore(graph, layer, [q4, k, v], { cap: scoreCap, window: layers[layer]!.window }, `${name}out`);
  graph.op('Reshape', [`${name}out`, graph.integers('slim.ungroup', [0, heads, -1, headSize])], weighted.output[0]!);
  const flat = (value: string, to: string): string => {
    const turned = graph.op('Transpose', [value], `${to}_turned`, { attributes: { perm: [0n, 2n, 1n, 3n] } });
    return graph.op('Reshape', [turned, graph.integers('slim.flat_kv', [0, 0, keyHeads * headSize])], to);
  };
  return [flat(k, `${name}k_flat`), flat(v, `${name}v_flat`)];
}

/** What a Concat puts behind the past. */
function newPart(graph: OnnxGraph, concat: NodeProto, layer: number, file: string): string {
  const fresh = concat.input.filter((name) => !isPast(graph, name));
  if (concat.input.length === 2 && fresh.length === 1) return fresh[0]!;
  throw cannotConvert(file, `Concat of layer ${layer} does not join one past with the new keys or values`);
}

function isPast(graph: OnnxGraph, name: string): boolean {
  if (name.startsWith('past_key_values.')) return true;
  const producer = graph.producer(name);
  return producer?.opType === 'Cast' && isPast(graph, producer.input[0]!);
}

/** From keys or values on to the product that reads them. */
function followMoves(
  graph: OnnxGraph,
  start: string,
  factors: Factor[],
  layer: number,
  file: string,
): { readonly node: NodeProto; readonly value: string } {
  let value = start;
  for (;;) {
    const node = onlyReader(graph, value, layer, file);
    if (PRODUCTS.includes(node.opType)) return { node, value };
    if (node.opType === 'Mul' || node.opType === 'Div') factors.push(factorOf(node, value, layer, file));
    else if (!MOVES.includes(node.opType)) throw unknown(node, layer, file);
    value = node.output[0]!;
  }
}

/** From the scores through cap, mask and softmax to the product with the values. */
function followScores(
  graph: OnnxGraph,
  start: string,
  capped: boolean,
  factors: Factor[],
  layer: number,
  file: string,
): NodeProto {
  let value = start;
  let weighs = false;
  let bent = false;
  let capIsNext = false;
  for (;;) {
    const node = onlyReader(graph, value, layer, file);
    if (weighs && PRODUCTS.includes(node.opType)) {
      if (capped !== bent) throw cannotConvert(file, `the scores of layer ${layer} are not capped as config.json says`);
      return node;
    }
    if (node.opType === 'Softmax') weighs = true;
    else if (!weighs && capped && !bent && node.opType === 'Tanh') {
      // What was divided by before, and is multiplied by behind it, is the cap, which the slim core has of its own.
      bent = true;
      capIsNext = factors.pop() !== undefined;
    } else if (!weighs && (node.opType === 'Mul' || node.opType === 'Div')) {
      const factor = factorOf(node, value, layer, file);
      if (!capIsNext) factors.push(factor);
      capIsNext = false;
    } else if (!MASKS.includes(node.opType)) throw unknown(node, layer, file);
    value = node.output[0]!;
  }
}

function factorOf(node: NodeProto, value: string, layer: number, file: string): Factor {
  const kind = node.opType as Factor['kind'];
  const by = node.input.find((name) => name !== value);
  if (by === undefined || (kind === 'Div' && node.input[0] !== value)) throw unknown(node, layer, file);
  return { kind, by };
}

function onlyReader(graph: OnnxGraph, value: string, layer: number, file: string): NodeProto {
  const readers = graph.consumers(value).filter((node) => !ASIDE.includes(node.opType));
  if (readers.length === 1) return readers[0]!;
  const kinds = readers.map((node) => node.opType).join(', ') || 'nothing';
  throw cannotConvert(file, `in the attention of layer ${layer}, ${value} is read by ${kinds}`);
}

function unknown(node: NodeProto, layer: number, file: string): Error {
  return cannotConvert(
    file,
    `the operator ${node.opType} (${node.name}) in the attention of layer ${layer} is not known`,
  );
}
