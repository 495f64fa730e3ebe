import { cannotConvert } from '../export/cannot-convert.ts';
import { addByteProduct, asFloat } from '../export/weight-only.ts';
import { MICROSOFT, OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, type TensorSource } from '../onnx/tensor-source.ts';
import { byteBlocks, type GgmlFormat, ggmlFormat, nibbleBlocks, plainTensor } from './ggml-blocks.ts';
import type { GgufFile, GgufTensor } from './read-gguf.ts';

/** Weights of a GGUF file as nodes of a graph: products, look-ups and vectors, in the blocks that the file has. */
export class GgufGraph {
  readonly graph = new OnnxGraph();
  readonly #file: GgufFile;
  readonly #used = new Set<string>();

  constructor(file: GgufFile) {
    this.#file = file;
    this.graph.opsets.set('', 18).set(MICROSOFT, 1);
    this.graph.irVersion = 10;
  }

  has(name: string): boolean {
    return this.#file.tensors.has(name);
  }

  /** Tensors that nothing has read: what they would do in the model is not known. */
  unused(): string[] {
    return [...this.#file.tensors.keys()].filter((name) => !this.#used.has(name));
  }

  /** A small vector as fp32. */
  vector(name: string): string {
    this.#dense(name);
    return asFloat(this.graph, name);
  }

  /** x [...,K] times a weight [N,K], transposed. */
  linear(x: string, name: string, output: string): string {
    const { tensor, format } = this.#tensor(name);
    if (format === 'Q4_0' || format === 'Q4_1') this.#nibbleProduct(x, tensor, output);
    else if (format === 'Q8_0' || format === 'Q6_K') addByteProduct(this.graph, x, name, byteBlocks(tensor), output);
    else {
      this.#dense(name);
      const turned = `${name}.turned`;
      if (this.graph.producer(turned) === undefined) {
        this.graph.op('Transpose', [asFloat(this.graph, name)], turned, { attributes: { perm: [1n, 0n] } });
      }
      this.graph.op('MatMul', [x, turned], output);
    }
    return output;
  }

  /** Rows of a weight [N,K] by ids [B,S]: [B,S,K] in fp32. */
  lookup(ids: string, name: string, output: string): string {
    const { graph } = this;
    const { tensor, format } = this.#tensor(name);
    const rows = (from: string, to: string): string =>
      graph.op('Gather', [from, ids], to, { attributes: { axis: 0n } });
    const widened = (from: string, to: string): string =>
      graph.op('Cast', [from], to, { attributes: { to: BigInt(ELEMENT.float) } });
    if (format === 'Q4_0' || format === 'Q4_1') {
      throw cannotConvert(
        this.#file.path,
        `${name} is ${format}, and embeddings are looked up only in Q6_K, Q8_0, F16, BF16 and F32`,
      );
    }
    if (format !== 'Q8_0' && format !== 'Q6_K') {
      this.#dense(name);
      return widened(rows(name, `${output}.rows`), output);
    }
    const { bytes, scales, k } = byteBlocks(tensor);
    this.#keep(`${name}.q`, bytes);
    this.#keep(`${name}.scales`, scales);
    const q = widened(rows(`${name}.q`, `${output}.q`), `${output}.qf`);
    const centred = graph.op('Sub', [q, graph.floats('c128', [128], [])], `${output}.centred`);
    const scale = widened(rows(`${name}.scales`, `${output}.s`), `${output}.sf`);
    const column = graph.op('Unsqueeze', [scale, graph.integers('axis_last', [-1])], `${output}.s1`);
    const product = graph.op('Mul', [centred, column], `${output}.blocks`);
    return graph.op('Reshape', [product, graph.integers(`row${k}`, [0, 0, k])], output);
  }

  #nibbleProduct(x: string, tensor: GgufTensor, output: string): void {
    const { graph } = this;
    const { n, k, nibbles, scales, minimums } = nibbleBlocks(tensor);
    const q = this.#keep(`${tensor.name}.q`, nibbles);
    const scale = asFloat(graph, this.#keep(`${tensor.name}.scales`, scales));
    const attributes = { K: BigInt(k), N: BigInt(n), bits: 4n, block_size: 32n, accuracy_level: 1n };
    const product = (to: string): string =>
      graph.op('MatMulNBits', [x, q, scale], to, { domain: MICROSOFT, attributes });
    if (minimums === undefined) {
      product(output);
      return;
    }
    // w = scale · (q - 8) + (minimum + 8 · scale): the second part is one number a block, so it needs x summed by block.
    const minimum = asFloat(graph, this.#keep(`${tensor.name}.minimums`, minimums));
    const eight = graph.op('Mul', [scale, graph.floats('c8', [8], [])], `${tensor.name}.eight`);
    const shift = graph.op('Add', [minimum, eight], `${tensor.name}.shift`);
    const turned = graph.op('Transpose', [shift], `${tensor.name}.shiftT`, { attributes: { perm: [1n, 0n] } });
    const sums = `${x}.block_sums`;
    if (graph.producer(sums) === undefined) {
      const blocks = graph.op('Reshape', [x, graph.integers(`blocks${k}`, [0, 0, k / 32, 32])], `${x}.blocks`);
      graph.op('ReduceSum', [blocks, graph.integers('axis_last', [-1])], sums, { attributes: { keepdims: 0n } });
    }
    const second = graph.op('MatMul', [sums, turned], `${output}.second`);
    graph.op('Add', [product(`${output}.first`), second], output);
  }

  #dense(name: string): void {
    const { tensor, format } = this.#tensor(name);
    if (!['F32', 'F16', 'BF16'].includes(format)) {
      throw cannotConvert(this.#file.path, `${name} is ${format}, and F32 is wanted`);
    }
    this.#keep(name, plainTensor(tensor));
  }

  #keep(name: string, tensor: TensorSource): string {
    if (!this.graph.initializers.has(name)) this.graph.initializers.set(name, tensor);
    return name;
  }

  #tensor(name: string): { readonly tensor: GgufTensor; readonly format: GgmlFormat } {
    const tensor = this.#file.tensors.get(name);
    if (tensor === undefined) throw cannotConvert(this.#file.path, `it has no tensor ${name}`);
    const format = ggmlFormat(tensor);
    if (format === undefined) {
      const what = `${name} has the block format ${tensor.type} of ggml, which has no counterpart here`;
      throw cannotConvert(this.#file.path, `${what}; take a file in F32, F16, BF16, Q8_0, Q4_0, Q4_1 or Q6_K`);
    }
    this.#used.add(name);
    return { tensor, format };
  }
}
