/** Writes small ONNX graphs by hand, so that tests know every weight. Field numbers are those of onnx.proto3. */
interface TinyNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly ints?: Readonly<Record<string, number>>;
}

export interface TinyGraph {
  /** Inputs of shape [batch, sequence], 64-bit integers. */
  readonly inputs: readonly string[];
  readonly nodes: readonly TinyNode[];
  readonly floats?: Readonly<Record<string, { readonly dims: readonly number[]; readonly values: readonly number[] }>>;
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  /** Name to element type (1 is float, 10 is half) and rank. */
  readonly outputs: Readonly<Record<string, { readonly type: number; readonly rank: number }>>;
}

export function tinyOnnx(graph: TinyGraph): Uint8Array {
  const body = [
    ...graph.nodes.map((node) => field(1, nodeProto(node))),
    field(2, text('tiny')),
    ...Object.entries(graph.floats ?? {}).map(([name, { dims, values }]) =>
      field(5, tensorProto(name, 1, dims, new Uint8Array(Float32Array.from(values).buffer))),
    ),
    ...Object.entries(graph.integers ?? {}).map(([name, values]) =>
      field(5, tensorProto(name, 7, [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer))),
    ),
    ...graph.inputs.map((name) => field(11, valueInfo(name, 7, ['batch', 'sequence']))),
    ...Object.entries(graph.outputs).map(([name, { type, rank }]) =>
      field(
        12,
        valueInfo(
          name,
          type,
          Array.from({ length: rank }, (_, axis) => `${name}_${axis}`),
        ),
      ),
    ),
  ];
  const opset = Buffer.concat([field(1, text('')), varintField(2, 17)]);
  return Buffer.concat([varintField(1, 8), field(8, opset), field(7, Buffer.concat(body))]);
}

function nodeProto(node: TinyNode): Buffer {
  return Buffer.concat([
    ...node.inputs.map((name) => field(1, text(name))),
    ...node.outputs.map((name) => field(2, text(name))),
    field(4, text(node.op)),
    ...Object.entries(node.ints ?? {}).map(([name, value]) =>
      field(5, Buffer.concat([field(1, text(name)), varintField(3, value), varintField(20, 2)])),
    ),
  ]);
}

function tensorProto(name: string, type: number, dims: readonly number[], raw: Uint8Array): Buffer {
  return Buffer.concat([
    ...dims.map((dim) => varintField(1, dim)),
    varintField(2, type),
    field(8, text(name)),
    field(9, Buffer.from(raw)),
  ]);
}

function valueInfo(name: string, type: number, dims: readonly string[]): Buffer {
  const shape = Buffer.concat(dims.map((dim) => field(1, field(2, text(dim)))));
  const tensor = Buffer.concat([varintField(1, type), field(2, shape)]);
  return Buffer.concat([field(1, text(name)), field(2, field(1, tensor))]);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'utf8');
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

function varintField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
