import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../generated/onnx_pb.ts';
import { ELEMENT, memoryTensor, type TensorSource } from './tensor-source.ts';

/** ONNX Runtime's own operators. */
export const MICROSOFT = 'com.microsoft';

/** A node's attribute: a whole number (bigint), a float (number), a string, or whole numbers. */
export type AttributeValue = bigint | number | string | readonly bigint[] | TensorProto;

interface OpOptions {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A graph in memory without the bytes of its weights; nodes may be added and dropped in any order. */
export class OnnxGraph {
  irVersion = 8;
  /** Version by domain; ONNX's own domain is ''. */
  readonly opsets = new Map<string, number>();
  /** Names of model-local functions. */
  readonly functions = new Set<string>();
  readonly nodes = new Set<NodeProto>();
  readonly initializers = new Map<string, TensorSource>();
  inputs: ValueInfoProto[] = [];
  outputs: ValueInfoProto[] = [];
  readonly #producers = new Map<string, NodeProto>();
  readonly #consumers = new Map<string, Set<NodeProto>>();

  addNode(node: NodeProto): void {
    this.nodes.add(node);
    for (const name of node.output) if (name !== '') this.#producers.set(name, node);
    for (const name of node.input) {
      if (name === '') continue;
      const consumers = this.#consumers.get(name);
      if (consumers === undefined) this.#consumers.set(name, new Set([node]));
      else consumers.add(node);
    }
  }

  removeNode(node: NodeProto): void {
    this.nodes.delete(node);
    for (const name of node.output) if (this.#producers.get(name) === node) this.#producers.delete(name);
    for (const name of node.input) this.#consumers.get(name)?.delete(node);
  }

  producer(value: string): NodeProto | undefined {
    return this.#producers.get(value);
  }

  /** Nodes that read a value, in the order of the file. */
  consumers(value: string): NodeProto[] {
    return [...(this.#consumers.get(value) ?? [])];
  }

  /** Lets nodes read another value instead of one that they read. */
  redirect(value: string, other: string, readers: readonly NodeProto[]): void {
    for (const node of readers) {
      this.removeNode(node);
      node.input = node.input.map((name) => (name === value ? other : name));
      this.addNode(node);
    }
  }

  /** Adds a node named after its first output. @returns that output */
  op(kind: string, inputs: readonly string[], output: string | readonly string[], options: OpOptions = {}): string {
    const outputs = typeof output === 'string' ? [output] : [...output];
    const attribute = Object.entries(options.attributes ?? {}).map(([name, value]) => attributeOf(name, value));
    const domain = options.domain ?? '';
    const node = {
      input: [...inputs],
      output: outputs,
      name: `${outputs[0]}/${kind}`,
      opType: kind,
      attribute,
      domain,
    };
    this.addNode(create(NodeProtoSchema, node));
    return outputs[0]!;
  }

  /** Whole numbers as an initializer, shared by name. @param dims `[]` for a scalar */
  integers(name: string, values: readonly number[], dims: readonly number[] = [values.length]): string {
    if (!this.initializers.has(name)) {
      this.initializers.set(name, memoryTensor(ELEMENT.int64, dims, BigInt64Array.from(values, BigInt)));
    }
    return name;
  }

  /** Floats as an initializer, shared by name. @param dims `[]` for a scalar */
  floats(name: string, values: readonly number[], dims: readonly number[] = [values.length]): string {
    if (!this.initializers.has(name)) {
      this.initializers.set(name, memoryTensor(ELEMENT.float, dims, Float32Array.from(values)));
    }
    return name;
  }

  input(name: string, type: number, dims: readonly (number | string)[]): void {
    this.inputs.push(valueInfo(name, type, dims));
  }

  /** @param dims left out where they are not known */
  output(name: string, type: number, dims?: readonly (number | string)[]): void {
    this.outputs.push(valueInfo(name, type, dims));
  }
}

/** An attribute's value, or undefined where the node does not have it. */
export function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find((one) => one.name === name);
}

function attributeOf(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'bigint') return create(AttributeProtoSchema, { name, type: 2, i: value });
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: 1, f: value });
  if (typeof value === 'string') return create(AttributeProtoSchema, { name, type: 3, s: Buffer.from(value) });
  if ('$typeName' in value) return create(AttributeProtoSchema, { name, type: 4, t: value });
  return create(AttributeProtoSchema, { name, type: 7, ints: [...value] });
}

/** A tensor of a node's attribute. */
export function tensorAttribute(type: number, dims: readonly number[], bytes: Uint8Array): TensorProto {
  return create(TensorProtoSchema, { dataType: type, dims: dims.map(BigInt), rawData: bytes });
}

/** @param dims sizes, or names of those that depend on the inputs; left out where they are not known */
export function valueInfo(name: string, type: number, dims?: readonly (number | string)[]): ValueInfoProto {
  if (dims === undefined) return create(ValueInfoProtoSchema, { name, type: { tensorType: { elemType: type } } });
  const dim = dims.map((one) => ({
    value:
      typeof one === 'number'
        ? { case: 'dimValue' as const, value: BigInt(one) }
        : { case: 'dimParam' as const, value: one },
  }));
  return create(ValueInfoProtoSchema, { name, type: { tensorType: { elemType: type, shape: { dim } } } });
}
