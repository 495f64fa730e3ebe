import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AssayError } from '@assay/core';
import type { WeightTensor } from '../weights/weight-tensor.ts';
import { GgufReader } from './gguf-reader.ts';

/** Header of a GGUF file, or of all shards of one. */
export interface GgufFile {
  readonly path: string;
  readonly architecture: string;
  /** Metadata by key; whole numbers are plain numbers. */
  readonly metadata: ReadonlyMap<string, unknown>;
  readonly tensors: ReadonlyMap<string, WeightTensor>;
}

/** How the shards of one model are named. */
const SHARD = /-(\d{5})-of-(\d{5})\.gguf$/i;

/**
 * Reads metadata and the list of tensors; weights stay in the file. Of a model in shards any shard may be named.
 * @throws AssayError MODEL_LOAD when it is no whole GGUF file, MODEL_FILES_MISSING when a shard is not there
 */
export function readGguf(path: string): GgufFile {
  const shards = shardsOf(path);
  const headers = shards.map(readHeader);
  const metadata = headers[0]!.metadata;
  const tensors = new Map<string, WeightTensor>();
  for (const tensor of headers.flatMap((header) => header.tensors)) {
    if (tensors.has(tensor.name)) throw damaged(path, `it has two tensors ${tensor.name}`);
    tensors.set(tensor.name, tensor);
  }
  const architecture = String(metadata.get('general.architecture') ?? 'none given');
  return { path: shards[0]!, architecture, metadata, tensors };
}

/** All files of a model, the first one first. */
export function shardsOf(path: string): string[] {
  const [, , count] = SHARD.exec(path) ?? [];
  if (count === undefined) return [path];
  const stem = basename(path).replace(SHARD, '');
  const names = Array.from({ length: Number(count) }, (_, at) => {
    return `${stem}-${String(at + 1).padStart(5, '0')}-of-${count}.gguf`;
  });
  const missing = names.find((name) => !existsSync(join(dirname(path), name)));
  if (missing === undefined) return names.map((name) => join(dirname(path), name));
  throw new AssayError('MODEL_FILES_MISSING', `${missing} is not beside ${basename(path)}`, {
    at: { file: path },
    hint: `the model has ${names.length} files: fetch them all into one folder`,
  });
}

function readHeader(path: string): { metadata: Map<string, unknown>; tensors: WeightTensor[] } {
  const { size } = statSync(path);
  const fd = openSync(path, 'r');
  try {
    const reader = new GgufReader(fd, size);
    const { metadata, tensors, dataOffset } = reader.header();
    const alignment = metadata.get('general.alignment') ?? 32;
    if (typeof alignment !== 'number' || !(alignment >= 1) || alignment > 2 ** 20)
      throw new RangeError(`its alignment is ${String(alignment)}`);
    const start = Math.ceil(dataOffset / alignment) * alignment;
    const placed = tensors.map(({ offset, ...tensor }) => ({ ...tensor, file: path, offset: start + offset }));
    const beyond = placed.find(({ offset }) => offset >= size);
    if (beyond !== undefined) throw new RangeError(`${beyond.name} lies beyond its ${size} bytes`);
    return { metadata, tensors: placed };
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    closeSync(fd);
  }
}

function damaged(path: string, reason: string, cause?: unknown): AssayError {
  return new AssayError('MODEL_LOAD', `${basename(path)} is no whole GGUF file: ${reason}`, {
    at: { file: path },
    hint: 'the file is damaged or half downloaded: fetch it again',
    cause,
  });
}
