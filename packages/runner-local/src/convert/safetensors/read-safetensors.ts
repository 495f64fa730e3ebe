import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssayError } from '@assay/core/errors';
import { cannotConvert } from '../export/cannot-convert.ts';
import { readRange } from '../onnx/proto-fields.ts';

/** A tensor of a safetensors file: where its bytes lie. */
export interface SafeTensor {
  /** As Hugging Face names it. */
  readonly name: string;
  /** 'F32', 'F16', 'BF16' … */
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly file: string;
  readonly offset: number;
}

/** The format's own limit. */
const LARGEST_HEADER = 100_000_000;
const INDEX = 'model.safetensors.index.json';
const SINGLE = 'model.safetensors';
const BYTES: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Files of a folder that hold its weights, or none. @throws AssayError MODEL_LOAD for an index that is no such file */
export function safetensorsFiles(folder: string): string[] {
  const index = join(folder, INDEX);
  if (existsSync(join(folder, SINGLE))) return [join(folder, SINGLE)];
  if (!existsSync(index)) return [];
  const names = shardNames(index);
  // An index is data from elsewhere: it may name no file outside its own folder.
  const outside = names.find((name) => basename(name) !== name || !name.endsWith('.safetensors'));
  if (outside !== undefined) throw damaged(index, `it names the file ${JSON.stringify(outside)}`);
  const missing = names.find((name) => !existsSync(join(folder, name)));
  if (missing === undefined) return names.map((name) => join(folder, name));
  throw new AssayError('MODEL_FILES_MISSING', `${folder} lacks ${missing}, which its index names`, {
    at: { file: index },
    hint: 'fetch the model again',
  });
}

function shardNames(index: string): string[] {
  try {
    const { weight_map: map } = JSON.parse(readFileSync(index, 'utf8')) as { readonly weight_map: object };
    return [...new Set(Object.values(map).map(String))];
  } catch (cause) {
    throw damaged(index, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/**
 * Lists the tensors of a safetensors file; weights stay in the file.
 * @throws AssayError MODEL_LOAD when it is no whole safetensors file, MODEL_UNSUPPORTED for other numbers than F32, F16, BF16
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensors(file: string): SafeTensor[] {
  const { size } = statSync(file);
  const { start, entries } = readHeader(file, size);
  return entries.map(([name, entry]) => {
    const { dtype, shape, data_offsets: range } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    if (!isSizes(shape) || !isSizes(range) || range.length !== 2) throw damaged(file, `${name} has no shape or place`);
    const bytes = BYTES[String(dtype)];
    if (bytes === undefined)
      throw cannotConvert(file, `${name} is ${String(dtype)}, and only F32, F16 and BF16 are known`);
    const [from, to] = range as [number, number];
    const wanted = shape.reduce((product, dim) => product * dim, bytes);
    if (to - from !== wanted || start + to > size) throw damaged(file, `${name} does not fit into its ${size} bytes`);
    return { name, dtype: String(dtype), dims: shape, file, offset: start + from };
  });
}

function readHeader(file: string, size: number): { readonly start: number; readonly entries: [string, unknown][] } {
  const fd = openSync(file, 'r');
  try {
    if (size < 8) throw new RangeError('it is too short');
    const length = Number(Buffer.from(readRange(fd, 0, 8)).readBigUInt64LE());
    if (length > LARGEST_HEADER || 8 + length > size) throw new RangeError(`its header would be ${length} bytes long`);
    const header: unknown = JSON.parse(new TextDecoder().decode(readRange(fd, 8, 8 + length)));
    if (typeof header !== 'object' || header === null) throw new SyntaxError('its header is no object');
    return { start: 8 + length, entries: Object.entries(header).filter(([name]) => name !== '__metadata__') };
  } catch (cause) {
    throw damaged(file, cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    closeSync(fd);
  }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);
}

function damaged(file: string, reason: string, cause?: unknown): AssayError {
  return new AssayError('MODEL_LOAD', `${basename(file)} is no whole safetensors file: ${reason}`, {
    at: { file },
    hint: 'the file is damaged or half downloaded: fetch it again',
    cause,
  });
}
