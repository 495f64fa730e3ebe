import { BLOCK_FORMATS, formatName, PLAIN_FORMATS, READABLE_FORMATS } from '../blocks/block-formats.ts';
import { cannotConvert } from '../export/cannot-convert.ts';
import { asFloat } from '../export/weight-only.ts';
import { MICROSOFT, OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT, type TensorSource } from '../onnx/tensor-source.ts';
import { addBlockProduct, type BlockWeights } from './block-product.ts';
import { isNarrow, kernelBlocks } from './kernel-blocks.ts';
import { plainTensor, type WeightTensor } from './weight-tensor.ts';

/** Weights of a file as nodes of a graph: products, look-ups and vectors, in the blocks that the file has. */
export class WeightGraph {
  readonly graph = new OnnxGraph();
  readonly #tensors: ReadonlyMap<string, WeightTensor>;
  readonly #path: string;
  readonly #used = new Set<string>();

  /** @param path what errors name */
  constructor(tensors: ReadonlyMap<string, WeightTensor>, path: string) {
    this.#tensors = tensors;
    this.#path = path;
    this.graph.opsets.set('', 18).set(MICROSOFT, 1);
    this.graph.irVersion = 10;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Rows of a weight, or length of a vector. @throws AssayError MODEL_UNSUPPORTED where there is no such tensor */
  rows(name: string): number {
    return this.#tensor(name).dims[0]!;
  }

  /** Columns of a weight. @throws AssayError MODEL_UNSUPPORTED where there is no such tensor */
  columns(name: string): number {
    return this.#tensor(name).dims[1] ?? 1;
  }

  /** Tensors that nothing has read: what they would do in the model is not known. */
  unused(): string[] {
    return [...this.#tensors.keys()].filter((name) => !this.#used.has(name));
  }

  /** Number format of the matrices: that with the fewest bits. */
  get format(): 'q4' | 'q8' | 'plain' {
    const formats = [...this.#used].flatMap((name) => BLOCK_FORMATS.get(this.#tensors.get(name)!.type) ?? []);
    return formats.some(isNarrow) ? 'q4' : formats.length > 0 ? 'q8' : 'plain';
  }

  /** @throws AssayError MODEL_UNSUPPORTED where a tensor has other dimensions than the config says */
  requireDims(name: string, dims: readonly number[]): void {
    const found = this.#tensor(name).dims;
    if (found.length === dims.length && found.every((dim, at) => dim === dims[at])) return;
    throw cannotConvert(this.#path, `${name} has the dimensions [${found.join(', ')}], not [${dims.join(', ')}]`);
  }

  /** A small vector as fp32. @param shift what is added to each number */
  vector(name: string, shift = 0): string {
    const { graph } = this;
    const values = asFloat(graph, this.#dense(name));
    if (shift === 0) return values;
    const moved = `${name}.moved`;
    if (graph.producer(moved) === undefined) graph.op('Add', [values, graph.floats(`c${shift}`, [shift], [])], moved);
    return moved;
  }

  /** x [...,K] times a weight [N,K], transposed. */
  linear(x: string, name: string, output: string): string {
    const { graph } = this;
    if (BLOCK_FORMATS.has(this.#tensor(name).type)) {
      return addBlockProduct(graph, x, this.#blocks(name), output);
    }
    const turned = `${name}.turned`;
    const dense = asFloat(graph, this.#dense(name));
    if (graph.producer(turned) === undefined) {
      graph.op('Transpose', [dense], turned, { attributes: { perm: [1n, 0n] } });
    }
    return graph.op('MatMul', [x, turned], output);
  }

  /** Rows of a weight [N,K] by ids [B,S]: [B,S,K] in fp32. */
  lookup(ids: string, name: string, output: string): string {
    const { graph } = this;
    const rows = (from: string, to: string): string =>
      graph.op('Gather', [from, ids], to, { attributes: { axis: 0n } });
    if (!BLOCK_FORMATS.has(this.#tensor(name).type)) {
      return this.#widened(rows(this.#dense(name), `${output}.rows`), output);
    }
    const { k, block, planes, scales, shifts } = this.#blocks(name);
    const shape = graph.integers(`runs${k}_${block}`, [0, 0, k / block, block]);
    const [high, low] = planes.map((plane, at) => {
      const halves = this.#halves(rows(plane, `${output}.bytes${at}`), `${output}.halves${at}`);
      const numbers = this.#widened(
        graph.op('Reshape', [halves, shape], `${output}.runs${at}`),
        `${output}.numbers${at}`,
      );
      return graph.op('Sub', [numbers, graph.floats('c8', [8], [])], `${output}.centred${at}`);
    });
    const times16 = (plane: string): string => graph.op('Mul', [plane, graph.floats('c16', [16], [])], `${plane}.16`);
    const centred = low === undefined ? high! : graph.op('Add', [times16(high!), low], `${output}.centred`);
    const column = (from: string, to: string): string =>
      graph.op('Unsqueeze', [rows(from, `${to}.rows`), graph.integers('axis_last', [-1])], to);
    const scaled = graph.op('Mul', [centred, column(scales, `${output}.s`)], `${output}.scaled`);
    const moved =
      shifts === undefined ? scaled : graph.op('Add', [scaled, column(shifts, `${output}.m`)], `${output}.moved`);
    return graph.op('Reshape', [moved, graph.integers(`row${k}`, [0, 0, k])], output);
  }

  #widened(from: string, to: string): string {
    return this.graph.op('Cast', [from], to, { attributes: { to: BigInt(ELEMENT.float) } });
  }

  /** Bytes [B,S,runs,n] to their halves, the low one first: [B,S,runs,n,2]. */
  #halves(bytes: string, output: string): string {
    const { graph } = this;
    const axis = graph.integers('axis_last', [-1]);
    const byte = (value: number): string => {
      const name = `byte${value}`;
      if (!graph.initializers.has(name)) {
        const content = Uint8Array.of(value);
        graph.initializers.set(name, { type: ELEMENT.uint8, dims: [], byteLength: 1, pieces: () => [content] });
      }
      return name;
    };
    const low = graph.op('BitwiseAnd', [bytes, byte(15)], `${output}.low`);
    const high = graph.op('BitShift', [bytes, byte(4)], `${output}.high`, { attributes: { direction: 'RIGHT' } });
    const both = [low, high].map((half) => graph.op('Unsqueeze', [half, axis], `${half}1`));
    return graph.op('Concat', both, `${output}.halves`, { attributes: { axis: -1n } });
  }

  #blocks(name: string): BlockWeights {
    const tensor = this.#tensor(name);
    if (tensor.dims.length !== 2) {
      throw cannotConvert(this.#path, `${name} has ${tensor.dims.length} dimensions, and a matrix is wanted`);
    }
    const blocks = kernelBlocks(tensor);
    const planes = blocks.planes.map((plane, at) => this.#keep(`${name}.q${at}`, plane));
    const shifts = blocks.shifts && this.#keep(`${name}.shifts`, blocks.shifts);
    const { n, k, block } = blocks;
    return { n, k, block, planes, scales: this.#keep(`${name}.scales`, blocks.scales), shifts };
  }

  #dense(name: string): string {
    const tensor = this.#tensor(name);
    if (PLAIN_FORMATS.has(tensor.type)) return this.#keep(name, plainTensor(tensor));
    throw cannotConvert(this.#path, `${name} is ${formatName(tensor.type)}, and F32 is wanted`);
  }

  #keep(name: string, tensor: TensorSource): string {
    if (!this.graph.initializers.has(name)) this.graph.initializers.set(name, tensor);
    return name;
  }

  #tensor(name: string): WeightTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw cannotConvert(this.#path, `it has no tensor ${name}`);
    if (!PLAIN_FORMATS.has(tensor.type) && !BLOCK_FORMATS.has(tensor.type)) {
      const what = `${name} has the block format ${formatName(tensor.type)} of ggml, which cannot be read`;
      throw cannotConvert(this.#path, `${what}; take a file in ${READABLE_FORMATS.join(', ')}`);
    }
    this.#used.add(name);
    return tensor;
  }
}
