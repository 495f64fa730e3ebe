import type { NodeProto } from '../generated/onnx_pb.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, memoryTensor } from '../onnx/tensor-source.ts';
import type { TracedColumns } from './trace-columns.ts';

interface BiasFactors {
  readonly node: NodeProto;
  readonly bias: string;
  readonly factors: Map<number, number>;
}

/** Factors on columns of products, and on the biases behind them. */
export class ColumnFactors {
  readonly #products = new Map<string, Map<number, number>>();
  readonly #biases = new Map<NodeProto, BiasFactors>();

  /** @param factors of the traced value's columns */
  add({ product, first, biases }: TracedColumns, factors: Float32Array): void {
    const columns = this.#products.get(product) ?? new Map<number, number>();
    this.#products.set(product, columns);
    multiply(columns, first, factors);
    for (const one of biases) {
      const known = this.#biases.get(one.node) ?? { ...one, factors: new Map<number, number>() };
      this.#biases.set(one.node, known);
      multiply(known.factors, one.first, factors);
    }
  }

  /** [N] */
  of(product: string, n: number): Float32Array {
    const factors = this.#products.get(product);
    return Float32Array.from({ length: n }, (_, column) => factors?.get(column) ?? 1);
  }

  /** Gives the additions their new constants. @param constants values of the old ones */
  applyToBiases(graph: OnnxGraph, constants: ReadonlyMap<string, Float32Array>): void {
    for (const { node, bias, factors } of this.#biases.values()) {
      const values = constants.get(bias)!.map((value, column) => value * (factors.get(column) ?? 1));
      replaceInput(graph, node, bias, values);
    }
  }
}

function multiply(into: Map<number, number>, first: number, factors: Float32Array): void {
  for (const [at, factor] of factors.entries()) into.set(first + at, (into.get(first + at) ?? 1) * factor);
}

/** Lets one node read other numbers instead of a constant. */
export function replaceInput(graph: OnnxGraph, node: NodeProto, constant: string, values: Float32Array): void {
  const name = `${node.output[0]!}.scaled`;
  graph.initializers.set(name, memoryTensor(ELEMENT.float, [values.length], values));
  graph.redirect(constant, name, [node]);
}
