import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { openSession } from '../../runtime/open-session.ts';
import { dataDependent } from '../export/data-dependence.ts';
import { type ValueInfoProto, ValueInfoProtoSchema } from '../generated/onnx_pb.ts';
import { type OnnxGraph, valueInfo } from '../onnx/onnx-graph.ts';
import { readOnnx } from '../onnx/read-onnx.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';

/** Sizes of the inputs of one run. */
interface Probe {
  readonly rows: number;
  readonly tokens: number;
  /** Rows of the past: as many, or one that all rows share. */
  readonly pastRows: number;
  readonly past: number;
  readonly wanted: number;
  readonly k: number;
}

/** No size that is made of these by sums and products is made of others too in all of them. */
const PROBES: readonly Probe[] = [
  { rows: 2, tokens: 5, pastRows: 2, past: 13, wanted: 3, k: 2 },
  { rows: 3, tokens: 11, pastRows: 3, past: 29, wanted: 7, k: 4 },
  { rows: 3, tokens: 11, pastRows: 1, past: 29, wanted: 7, k: 4 },
];

const TYPES: ReadonlyMap<string, number> = new Map([
  ['float32', ELEMENT.float],
  ['uint8', ELEMENT.uint8],
  ['int8', ELEMENT.int8],
  ['int32', ELEMENT.int32],
  ['int64', ELEMENT.int64],
  ['bool', ELEMENT.bool],
]);

/** Numbers of the messages' fields. */
const FIELD = { graph: 7, output: 12, valueInfo: 13 };

/**
 * Adds to a slim graph's file what shape each value has, sizes that depend on the inputs by name. When it opens a graph, the runtime
 * plans which values may share a buffer; sizes without a name equal no other, so that every value is compared with all buffers that
 * were ever free, which took half of the time to open a model. Sizes are told by running the graph on inputs of several sizes.
 */
export async function nameShapes(path: string): Promise<void> {
  const graph = readOnnx(path);
  const known = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  const inputs = graph.inputs.map(({ name }) => name);
  const unseen = inBfloat16(graph);
  const names = [...dataDependent(graph, inputs)].filter((name) => !known.has(name) && !unseen.has(name));
  // Beside the graph, so that it finds the weights.
  const probe = `${path}.probe`;
  try {
    const outputs = names.map((name) => create(ValueInfoProtoSchema, { name }));
    await writeFile(probe, Buffer.concat([await readFile(path), added(FIELD.output, outputs)]));
    const session = await openSession(probe);
    try {
      await appendFile(path, added(FIELD.valueInfo, await shapesOf(session, names)));
    } finally {
      await session.release();
    }
  } finally {
    await rm(probe, { force: true });
  }
}

/** Values that the runtime does not hand out: weights in bfloat16, and what is taken of them. Nodes come after those that they read. */
function inBfloat16(graph: OnnxGraph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [name, { type }] of graph.initializers) if (type === ELEMENT.bfloat16) found.add(name);
  for (const { opType, input, output } of graph.nodes) {
    if (opType === 'Cast' || !input.some((name) => found.has(name))) continue;
    for (const name of output) found.add(name);
  }
  return found;
}

/** A model with nothing but some fields of its graph: behind another one in a file, it adds to that. */
function added(field: number, infos: readonly ValueInfoProto[]): Uint8Array {
  const graph = new BinaryWriter();
  for (const info of infos) graph.tag(field, WireType.LengthDelimited).bytes(toBinary(ValueInfoProtoSchema, info));
  return new BinaryWriter().tag(FIELD.graph, WireType.LengthDelimited).bytes(graph.finish()).finish();
}

async function shapesOf(session: InferenceSession, names: readonly string[]): Promise<ValueInfoProto[]> {
  const runs: InferenceSession.OnnxValueMapType[] = [];
  for (const probe of PROBES) runs.push(await session.run(feedsOf(session, probe), [...names]));
  return names.flatMap((name) => {
    const found = runs.map((run) => run[name]!);
    const [first] = found as [Tensor, ...Tensor[]];
    const type = TYPES.get(first.type);
    if (type === undefined || found.some(({ dims }) => dims.length !== first.dims.length)) return [];
    const dims = first.dims.map((_, axis) => {
      const sizes = found.map((each) => each.dims[axis]!);
      return sizes.every((size) => size === sizes[0]) ? sizes[0]! : `size_${sizes.join('_')}`;
    });
    return [valueInfo(name, type, dims)];
  });
}

function feedsOf(session: InferenceSession, probe: Probe): Record<string, Tensor> {
  const { rows, tokens, pastRows, past, wanted, k } = probe;
  const int64 = (values: readonly number[], dims: readonly number[]): Tensor =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  const feeds: Record<string, Tensor> = {
    input_ids: int64(new Array<number>(rows * tokens).fill(1), [rows, tokens]),
    past_len: int64(new Array<number>(rows).fill(past), [rows]),
    rows: int64([...Array(wanted).keys()], [wanted]),
    targets: int64(new Array<number>(wanted).fill(0), [wanted]),
    k: int64([k], [1]),
  };
  for (const input of session.inputMetadata) {
    if (!input.isTensor || input.name in feeds) continue;
    const dims = input.shape.map((size) => (typeof size === 'number' ? size : size === 'T' ? past : pastRows));
    const count = dims.reduce((product, size) => product * size, 1);
    feeds[input.name] =
      input.type === 'int8'
        ? new Tensor('int8', new Int8Array(count), dims)
        : new Tensor('float32', new Float32Array(count), dims);
  }
  return feeds;
}
