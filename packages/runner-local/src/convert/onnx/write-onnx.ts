import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type NodeProto, type TensorProto, TensorProtoSchema } from '../generated/onnx_pb.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import { type TensorSource, tensorBytes } from './tensor-source.ts';

export interface WriteOnnxOptions {
  readonly onBytes?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Smaller tensors stay in the graph file: the runtime reads some of them while it plans. */
const EXTERNAL_FROM_BYTES = 1024;
const PAGE_FROM_BYTES = 65_536;

/**
 * Writes a graph, its nodes in the order given, and its weights to `PATH_data`, a piece at a time. Large weights start at
 * a page boundary, so that the runtime can map them.
 * @returns bytes written
 */
export async function writeOnnx(
  path: string,
  graph: OnnxGraph,
  nodes: readonly NodeProto[],
  options: WriteOnnxOptions = {},
): Promise<number> {
  const total = [...graph.initializers.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const location = `${basename(path)}_data`;
  const file = await open(`${path}_data`, 'w');
  const initializer: TensorProto[] = [];
  let at = 0;
  let done = 0;
  try {
    for (const [name, tensor] of graph.initializers) {
      if (tensor.byteLength < EXTERNAL_FROM_BYTES) {
        initializer.push(protoOf(name, tensor, { rawData: tensorBytes(tensor) }));
      } else {
        at = align(at, tensor.byteLength);
        const external = { location, offset: String(at), length: String(tensor.byteLength) };
        const externalData = Object.entries(external).map(([key, value]) => ({ key, value }));
        initializer.push(protoOf(name, tensor, { externalData, dataLocation: 1 }));
        at = await writePieces(file, tensor, at, options, (bytes) => {
          done += bytes;
          options.onBytes?.(done, total);
        });
      }
    }
  } finally {
    await file.close();
  }
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(Math.max(graph.irVersion, 8)),
    producerName: 'assay models convert',
    opsetImport: [...graph.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
    graph: { name: basename(path, '.onnx'), node: [...nodes], initializer, input: graph.inputs, output: graph.outputs },
  });
  const bytes = toBinary(ModelProtoSchema, model);
  await writeFile(path, bytes);
  return at + bytes.length;
}

async function writePieces(
  file: FileHandle,
  tensor: TensorSource,
  start: number,
  { signal }: WriteOnnxOptions,
  onPiece: (bytes: number) => void,
): Promise<number> {
  let at = start;
  for (const piece of tensor.pieces()) {
    signal?.throwIfAborted();
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, at + done);
      done += bytesWritten;
    }
    at += piece.length;
    onPiece(piece.length);
  }
  return at;
}

function align(at: number, byteLength: number): number {
  const grain = byteLength >= PAGE_FROM_BYTES ? 4096 : 64;
  return Math.ceil(at / grain) * grain;
}

type Content = Pick<
  Parameters<typeof create<typeof TensorProtoSchema>>[1] & object,
  'rawData' | 'externalData' | 'dataLocation'
>;

function protoOf(name: string, tensor: TensorSource, content: Content): TensorProto {
  return create(TensorProtoSchema, { name, dataType: tensor.type, dims: tensor.dims.map(BigInt), ...content });
}
