import { create } from '@bufbuild/protobuf';
import { type NodeProto, NodeProtoSchema } from '../generated/onnx_pb.ts';
import { MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, tensorBytes } from '../onnx/tensor-source.ts';
import type { AttentionCore } from './find-cores.ts';
import { byte, centreOfSeven, scalar, secondTerm } from './integer-product.ts';

/** Steps of a layer's queries, keys and values. */
export interface AttentionSteps {
  readonly q: number;
  readonly k: number;
  readonly v: number;
}

const NEW = 'int8.';
/** Steps of seven bits on either side of their centre. */
export const HALF_OF_SEVEN = 63;

/**
 * Attention in whole numbers over a cache of eight bits: keys [B,keyHeads,headSize,T] and values [B,keyHeads,T,headSize].
 * Every sum over columns is one of integers, so that no result depends on how wide the cache is, or how a prompt was cut.
 * What meets the cache has two terms of seven bits: processors without units for whole numbers add pairs of products in sixteen bits,
 * and 2 · 127 · 127 fits, wherever a pair begins.
 * @param fixed values that do not depend on inputs
 */
export function replaceAttention(
  graph: OnnxGraph,
  core: AttentionCore,
  steps: AttentionSteps,
  fixed: ReadonlySet<string>,
): void {
  const name = `${NEW}${core.layer}.`;
  const moved = new Moved(graph, fixed);
  const k8 = moved.signed(core.k, steps.k);
  const turned = graph.op('Transpose', [k8], `${name}k`, { attributes: { perm: [0n, 1n, 3n, 2n] } });
  const v8 = moved.signed(core.v, steps.v);
  const terms = moved.unsigned(core.q, steps.q);
  const keyStep = scalar(graph, steps.k);
  const product = (keys: string, to: string): string => {
    const parts = terms.map(({ value, step }, at) =>
      graph.op('MatMulIntegerToFloat', [value, keys, step, keyStep, centreOfSeven(graph)], `${to}${at}`, {
        domain: MICROSOFT,
      }),
    );
    return parts.length === 1 ? parts[0]! : graph.op('Add', parts, to);
  };
  const scores = [product(core.pastKey, `${name}past`), product(turned, `${name}new`)];
  replace(graph, core.scores, 'Concat', scores, { axis: -1n });
  addWeightedValues(graph, core, v8, steps.v, name);
}

/** exp of the masked scores in two terms of 0 … 127, times the values, over their sum; all sums of whole numbers. */
function addWeightedValues(graph: OnnxGraph, core: AttentionCore, v8: string, step: number, name: string): void {
  const op = (kind: string, inputs: readonly string[], to: string, attributes: Record<string, bigint> = {}): string =>
    graph.op(kind, inputs, name + to, { attributes });
  const [one, fine] = [scalar(graph, 1), scalar(graph, Math.fround(1 / 126))];
  const [zero, half] = [byte(graph, `${NEW}u0`, ELEMENT.uint8, 0), centreOfSeven(graph)];
  const overLast = (kind: string, value: string, to: string): string => reduceLast(graph, kind, value, name + to);
  const top = op('Sub', [overLast('ReduceMax', core.masked, 'most'), scalar(graph, Math.fround(Math.log(127)))], 'top');
  const weights = op('Exp', [op('Sub', [core.masked, top], 'below')], 'exp');
  const high = op('QuantizeLinear', [weights, one, zero], 'high');
  const back = op('DequantizeLinear', [high, one, zero], 'back');
  const low = op('QuantizeLinear', [op('Sub', [weights, back], 'left'), fine, half], 'low');
  const summed = (term: string, unit: number, zeroPoint: readonly string[]): string => {
    const parts = [`${name}${term}_past`, `${name}${term}_new`] as const;
    graph.op('Split', [term === 'high' ? high : low, core.lengths], parts, { attributes: { axis: -1n } });
    const past = op('MatMulInteger', [parts[0], core.pastValue, ...zeroPoint], `${term}_from_past`);
    const fresh = op('MatMulInteger', [parts[1], v8, ...zeroPoint], `${term}_from_new`);
    const whole = op('Cast', [op('Add', [past, fresh], `${term}_whole`)], `${term}_float`, {
      to: BigInt(ELEMENT.float),
    });
    return op('Mul', [whole, scalar(graph, Math.fround(unit * step))], `${term}_sum`);
  };
  const values = op('Add', [summed('high', 1, []), summed('low', 1 / 126, [half])], 'values');
  const lowBack = op('DequantizeLinear', [low, one, half], 'low_back');
  const rest = op('Mul', [overLast('ReduceSum', lowBack, 'low_count'), fine], 'rest');
  const count = op('Add', [overLast('ReduceSum', back, 'high_count'), rest], 'count');
  replace(graph, core.output, 'Div', [values, count]);
}

function reduceLast(graph: OnnxGraph, kind: string, value: string, to: string): string {
  const byInput = kind === 'ReduceSum' || (graph.opsets.get('') ?? 0) >= 18;
  if (byInput) return graph.op(kind, [value, graph.integers(`${NEW}last`, [-1])], to, { attributes: { keepdims: 1n } });
  return graph.op(kind, [value], to, { attributes: { axes: [-1n], keepdims: 1n } });
}

/** Makes a value anew, by another operator. */
export function replace(
  graph: OnnxGraph,
  value: string,
  kind: string,
  inputs: readonly string[],
  attributes: Record<string, bigint> = {},
): void {
  const old = graph.producer(value);
  if (old !== undefined) graph.removeNode(old);
  graph.op(kind, inputs, value, { attributes });
}

/** Values in eight bits; rounding is done once, before what only moves numbers about. */
export class Moved {
  readonly #graph: OnnxGraph;
  readonly #fixed: ReadonlySet<string>;

  constructor(graph: OnnxGraph, fixed: ReadonlySet<string>) {
    this.#graph = graph;
    this.#fixed = fixed;
  }

  /** As s8 around 0. */
  signed(value: string, step: number): string {
    const { root, moves } = this.#rootOf(value);
    const graph = this.#graph;
    const rounded = `${NEW}${root}.s8`;
    if (graph.producer(rounded) === undefined) {
      const zero = byte(graph, `${NEW}s0`, ELEMENT.int8, 0);
      graph.op('QuantizeLinear', [root, scalar(graph, step), zero], rounded);
    }
    return this.#again(rounded, moves, 's8');
  }

  /** As two terms of seven bits around 64. A factor on the way is taken into the step. */
  unsigned(value: string, step: number): readonly { readonly value: string; readonly step: string }[] {
    const graph = this.#graph;
    const { root, moves, factor } = this.#rootOf(value, true);
    const own = Math.fround(step / factor);
    const name = `${NEW}${root}`;
    const rounded = graph.op('QuantizeLinear', [root, scalar(graph, own), centreOfSeven(graph)], `${name}.u8`);
    const second = secondTerm(graph, root, rounded, own, name, 7);
    return [
      { value: this.#again(rounded, moves, 'u8'), step: scalar(graph, step) },
      { value: this.#again(second.value, moves, 'u8b'), step: scalar(graph, Math.fround(step / 126)) },
    ];
  }

  /** Where the moves that lead to a value begin, the last move first. */
  #rootOf(value: string, throughFactors = false): { root: string; moves: NodeProto[]; factor: number } {
    const moves: NodeProto[] = [];
    let factor = 1;
    for (let root = value; ; ) {
      const node = this.#graph.producer(root);
      if (node !== undefined && ['Reshape', 'Transpose'].includes(node.opType)) {
        moves.push(node);
        root = node.input[0]!;
        continue;
      }
      const times = node?.opType === 'Mul' && throughFactors ? this.#evenFactor(node) : undefined;
      if (times === undefined) return { root, moves, factor };
      factor *= times.factor;
      root = times.other;
    }
  }

  /** A multiplication by one number. */
  #evenFactor(node: NodeProto): { readonly factor: number; readonly other: string } | undefined {
    const by = node.input.find((name) => this.#fixed.has(name));
    const other = node.input.find((name) => !this.#fixed.has(name));
    const tensor = by === undefined ? undefined : this.#graph.initializers.get(by);
    if (other === undefined || tensor?.type !== ELEMENT.float) return undefined;
    const values = new Float32Array(tensorBytes(tensor).buffer);
    const [first] = values;
    return first !== undefined && first > 0 && values.every((one) => one === first)
      ? { factor: first, other }
      : undefined;
  }

  #again(rounded: string, moves: readonly NodeProto[], suffix: string): string {
    let at = rounded;
    for (const node of [...moves].reverse()) {
      const to = `${NEW}${node.output[0]!}.${suffix}`;
      if (this.#graph.producer(to) === undefined) {
        const again = { ...node, name: `${to}/${node.opType}`, input: [at, ...node.input.slice(1)], output: [to] };
        this.#graph.addNode(create(NodeProtoSchema, again));
      }
      at = to;
    }
    return at;
  }
}
