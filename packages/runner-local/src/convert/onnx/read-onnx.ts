import { closeSync, existsSync, fstatSync, openSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { AssayError } from '@assay/core';
import { fromBinary } from '@bufbuild/protobuf';
import {
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../generated/onnx_pb.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { type FieldRange, protoFields, readRange } from './proto-fields.ts';
import { ELEMENT, fileTensor, memoryTensor, type TensorSource } from './tensor-source.ts';

// Field numbers of onnx.proto.
const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 };
const TENSOR_RAW_DATA = 9;

/**
 * Reads a graph; its weights stay in their files until they are written.
 * @throws AssayError MODEL_LOAD when the file or its external data is damaged, MODEL_FILES_MISSING when data is missing
 */
export function readOnnx(path: string): OnnxGraph {
  const fd = openSync(path, 'r');
  try {
    const graph = new OnnxGraph();
    const rest: Uint8Array[] = [];
    for (const range of protoFields(fd, 0, fstatSync(fd).size)) {
      if (range.field === MODEL_GRAPH) readGraph(fd, range, path, graph);
      else rest.push(readRange(fd, range.start, range.end));
    }
    applyModel(graph, fromBinary(ModelProtoSchema, Buffer.concat(rest)), path);
    return graph;
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('MODEL_LOAD', `${basename(path)} is no whole ONNX file: ${reason}`, {
      at: { file: path },
      hint: 'the file is damaged or half downloaded: fetch the model again',
      cause,
    });
  } finally {
    closeSync(fd);
  }
}

function applyModel(graph: OnnxGraph, model: ModelProto, path: string): void {
  for (const { domain, version } of model.opsetImport)
    graph.opsets.set(domain === 'ai.onnx' ? '' : domain, Number(version));
  graph.irVersion = Number(model.irVersion);
  for (const { name } of model.functions) graph.functions.add(name);
  if (graph.nodes.size === 0 || graph.opsets.size === 0) {
    throw new AssayError('MODEL_LOAD', `${basename(path)} holds no ONNX graph`, { at: { file: path } });
  }
}

function readGraph(fd: number, graphRange: FieldRange, path: string, graph: OnnxGraph): void {
  for (const range of protoFields(fd, graphRange.content, graphRange.end)) {
    const bytes = (): Uint8Array => readRange(fd, range.content, range.end);
    if (range.field === GRAPH.node) graph.addNode(fromBinary(NodeProtoSchema, bytes()));
    else if (range.field === GRAPH.initializer) {
      const { name, tensor } = readInitializer(fd, range, path);
      graph.initializers.set(name, tensor);
    } else if (range.field === GRAPH.input) graph.inputs.push(fromBinary(ValueInfoProtoSchema, bytes()));
    else if (range.field === GRAPH.output) graph.outputs.push(fromBinary(ValueInfoProtoSchema, bytes()));
    else if (range.field === GRAPH.sparseInitializer) {
      throw new AssayError('MODEL_UNSUPPORTED', `${basename(path)} has sparse weights, which cannot be converted`, {
        at: { file: path },
        hint: 'the model runs as it is, the plain way',
      });
    }
  }
}

function readInitializer(fd: number, range: FieldRange, path: string): { name: string; tensor: TensorSource } {
  const head: Uint8Array[] = [];
  let raw: FieldRange | undefined;
  for (const field of protoFields(fd, range.content, range.end)) {
    if (field.field === TENSOR_RAW_DATA) raw = field;
    else head.push(readRange(fd, field.start, field.end));
  }
  const proto = fromBinary(TensorProtoSchema, Buffer.concat(head));
  const dims = proto.dims.map(Number);
  if (proto.dataLocation === 1) return { name: proto.name, tensor: externalTensor(proto, dims, path) };
  if (raw === undefined) return { name: proto.name, tensor: typedTensor(proto) };
  const tensor = fileTensor(proto.dataType, dims, path, raw.content, raw.end - raw.content);
  return { name: proto.name, tensor };
}

function externalTensor(proto: TensorProto, dims: readonly number[], path: string): TensorSource {
  const entry = (key: string): string | undefined => proto.externalData.find((one) => one.key === key)?.value;
  const location = normalize(entry('location') ?? '');
  // A graph is data from elsewhere: it may name no file outside its own folder.
  if (location === '.' || location.startsWith('..') || /^([/\\]|[A-Za-z]:)/.test(location)) {
    throw new AssayError(
      'MODEL_LOAD',
      `${proto.name} names the data file ${JSON.stringify(location)}, outside the model`,
      {
        at: { file: path },
      },
    );
  }
  const file = join(dirname(path), location);
  if (!existsSync(file)) {
    throw new AssayError('MODEL_FILES_MISSING', `${basename(path)} keeps weights in ${location}, which is not there`, {
      at: { file: path },
      hint: 'copy the data file beside the graph, or fetch the model again',
    });
  }
  const offset = Number(entry('offset') ?? 0);
  const length = Number(entry('length') ?? statSync(file).size - offset);
  if (!(offset >= 0 && length >= 0 && offset + length <= statSync(file).size)) {
    throw new AssayError(
      'MODEL_LOAD',
      `${location} is shorter than ${basename(path)} says: ${proto.name} lies beyond it`,
      {
        at: { file },
        hint: 'the file is half downloaded: fetch the model again',
      },
    );
  }
  return fileTensor(proto.dataType, dims, file, offset, length);
}

/** Values that are stored as numbers of their own field instead of bytes. */
export function typedTensor(proto: TensorProto): TensorSource {
  const dims = proto.dims.map(Number);
  const of = (bytes: ArrayBufferView): TensorSource => memoryTensor(proto.dataType, dims, bytes);
  if (proto.rawData.length > 0) return of(proto.rawData.slice());
  switch (proto.dataType) {
    case ELEMENT.float:
      return of(Float32Array.from(proto.floatData));
    case ELEMENT.int64:
      return of(BigInt64Array.from(proto.int64Data));
    case ELEMENT.int32:
      return of(Int32Array.from(proto.int32Data));
    case ELEMENT.float16:
    case ELEMENT.bfloat16:
      return of(Uint16Array.from(proto.int32Data));
    case ELEMENT.int8:
    case ELEMENT.uint8:
    case ELEMENT.bool:
      return of(Uint8Array.from(proto.int32Data));
    default:
      if (dims.includes(0)) return of(new Uint8Array());
      throw new RangeError(`the tensor ${proto.name} of type ${proto.dataType} has no bytes`);
  }
}
