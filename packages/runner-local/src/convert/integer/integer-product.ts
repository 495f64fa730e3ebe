import { MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, memoryTensor } from '../onnx/tensor-source.ts';
import type { InputSteps } from './choose-steps.ts';
import type { IntegerWeights } from './integer-weights.ts';

/** An input in eight bits, as its products read it. */
export interface QuantisedInput {
  /** Each [rows,K] of u8 around 128, with the name of its step. */
  readonly terms: readonly { readonly value: string; readonly step: string }[];
  /** [rows,kept] in fp32; absent where no channel is kept. */
  readonly kept: string | undefined;
}

/** The zero point of u8 inputs. */
export function centre(graph: OnnxGraph): string {
  return byte(graph, 'int8.128', ELEMENT.uint8, 128);
}

/** The same of inputs of seven bits. */
export function centreOfSeven(graph: OnnxGraph): string {
  return byte(graph, 'int8.64', ELEMENT.uint8, 64);
}

export function byte(graph: OnnxGraph, name: string, type: number, value: number): string {
  if (!graph.initializers.has(name)) graph.initializers.set(name, memoryTensor(type, [], Uint8Array.of(value)));
  return name;
}

export function scalar(graph: OnnxGraph, value: number): string {
  return graph.floats(`int8.f${value}`, [value], []);
}

/**
 * Brings x to eight bits by steps that are fixed: what a row becomes depends on that row alone.
 * @param x [rows,K]
 */
export function quantiseInput(
  graph: OnnxGraph,
  x: string,
  { kind, kept, step }: InputSteps,
  name: string,
): QuantisedInput {
  const zero = centre(graph);
  const first = scalar(graph, step);
  const value = graph.op('QuantizeLinear', [x, first, zero], `${name}.q`);
  const terms = [{ value, step: first }];
  if (kind === 'two') terms.push(secondTerm(graph, x, value, step, name));
  if (kept.length === 0) return { terms, kept: undefined };
  const places = graph.integers(`${name}.places`, kept);
  return { terms, kept: graph.op('Gather', [x, places], `${name}.kept`, { attributes: { axis: 1n } }) };
}

/** What rounding to `step` left of x, in 1/254 of it; of seven bits, in 1/126. */
export function secondTerm(
  graph: OnnxGraph,
  x: string,
  rounded: string,
  step: number,
  name: string,
  bits: 7 | 8 = 8,
): { readonly value: string; readonly step: string } {
  const zero = bits === 7 ? centreOfSeven(graph) : centre(graph);
  const back = graph.op('DequantizeLinear', [rounded, scalar(graph, step), zero], `${name}.back`);
  const left = graph.op('Sub', [x, back], `${name}.left`);
  const fine = scalar(graph, Math.fround(step / (2 ** bits - 2)));
  return { value: graph.op('QuantizeLinear', [left, fine, zero], `${name}.q2`), step: fine };
}

/**
 * Whole-number products of an input's terms, and its kept channels in fp32 on top.
 * @param isUnsigned whether weights are kept as u8 around 128, of which no processor cuts sums off; half as fast where it has no units
 * @returns [rows,N]
 */
export function addIntegerProduct(
  graph: OnnxGraph,
  input: QuantisedInput,
  { values, scales, kept, bias }: IntegerWeights,
  output: string,
  isUnsigned: boolean,
): string {
  const n = scales.length;
  const weights = `${output}.w8`;
  const bytes = isUnsigned ? Uint8Array.from(values, (value) => value + 128) : values;
  graph.initializers.set(
    weights,
    memoryTensor(isUnsigned ? ELEMENT.uint8 : ELEMENT.int8, [values.length / n, n], bytes),
  );
  graph.initializers.set(`${output}.scales`, memoryTensor(ELEMENT.float, [n], scales));
  graph.initializers.set(`${output}.bias`, memoryTensor(ELEMENT.float, [n], bias));
  const parts = input.terms.map(({ value, step }, at) => {
    const inputs = [value, weights, step, `${output}.scales`, centre(graph), isUnsigned ? centre(graph) : ''];
    if (at === 0) inputs.push(`${output}.bias`);
    return graph.op('MatMulIntegerToFloat', inputs, `${output}.part${at}`, { domain: MICROSOFT });
  });
  const sum = parts.length === 1 ? parts[0]! : graph.op('Add', parts, `${output}.sum`);
  if (input.kept === undefined) return graph.op('Identity', [sum], output);
  graph.initializers.set(`${output}.w32`, memoryTensor(ELEMENT.float, [kept.length / n, n], kept));
  return graph.op('Gemm', [input.kept, `${output}.w32`, sum], output);
}
