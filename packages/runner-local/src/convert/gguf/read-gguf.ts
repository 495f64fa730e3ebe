import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { AssayError } from '@assay/core';
import { gguf } from '@huggingface/gguf';

/** A tensor of a GGUF file: where its blocks lie. */
export interface GgufTensor {
  readonly name: string;
  /** ggml's number of the block format. */
  readonly type: number;
  /** Rows first: [out,in] for a weight. */
  readonly dims: readonly number[];
  readonly file: string;
  readonly offset: number;
}

/** Header of a GGUF file. */
export interface GgufFile {
  readonly path: string;
  readonly architecture: string;
  /** Metadata by key; whole numbers are plain numbers. */
  readonly metadata: ReadonlyMap<string, unknown>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/**
 * Reads metadata and the list of tensors; weights stay in the file.
 * @throws AssayError MODEL_LOAD when it is no whole GGUF file
 */
export async function readGguf(path: string): Promise<GgufFile> {
  const { metadata, tensorInfos, tensorDataOffset, littleEndian } = await parse(path);
  if (!littleEndian) throw damaged(path, 'it is big-endian');
  const entries = Object.entries(metadata).map(([key, value]) => {
    return [key, typeof value === 'bigint' ? Number(value) : value] as const;
  });
  const tensors = tensorInfos.map(({ name, shape, dtype, offset }): GgufTensor => {
    const at = Number(tensorDataOffset) + Number(offset);
    return { name, type: dtype, dims: shape.map(Number).reverse(), file: path, offset: at };
  });
  const size = statSync(path).size;
  const beyond = tensors.find(({ offset }) => offset >= size);
  if (beyond !== undefined) throw damaged(path, `${beyond.name} lies beyond its ${size} bytes`);
  const values = new Map<string, unknown>(entries);
  return {
    path,
    architecture: String(values.get('general.architecture') ?? 'none given'),
    metadata: values,
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
  };
}

async function parse(path: string) {
  try {
    return await gguf(path, { allowLocalFile: true });
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(path: string, reason: string, cause?: unknown): AssayError {
  return new AssayError('MODEL_LOAD', `${basename(path)} is no whole GGUF file: ${reason}`, {
    at: { file: path },
    hint: 'the file is damaged or half downloaded: fetch it again',
    cause,
  });
}
