import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core/errors';
import { onnxFiles } from '../models/model-files.ts';
import { DTYPE_SUFFIX, PREFERRED_DTYPES } from '../models/number-formats.ts';

/** File names in order of preference: int8 is the quickest on a CPU and close to fp32 in what it answers. */
const PREFERRED = PREFERRED_DTYPES.encoder.map((dtype) => `model${DTYPE_SUFFIX[dtype]}.onnx`);

/**
 * The ONNX file of an encoder or classifier folder.
 * @throws MODEL_FILES_MISSING when the file asked for is not there
 */
export function chooseOnnxFile(folder: string, wanted?: string): string {
  const files = onnxFiles(folder);
  if (wanted !== undefined) {
    if (existsSync(join(folder, wanted))) return wanted;
    throw new AssayError('MODEL_FILES_MISSING', `${folder} has no ${wanted}`, { hint: `It has ${files.join(', ')}.` });
  }
  const rank = (path: string): number => {
    const found = PREFERRED.indexOf(path.slice(path.lastIndexOf('/') + 1));
    return found < 0 ? PREFERRED.length : found;
  };
  return [...files].sort((a, b) => rank(a) - rank(b))[0]!;
}

/**
 * Whether a graph quantises activations by the range of the whole batch, which lets a text's neighbours change its
 * answer in the last digits. Told by the operators named in the file.
 */
export async function quantisesByBatch(path: string): Promise<boolean> {
  const needle = Buffer.from('DynamicQuantize');
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([tail, chunk as Buffer]);
    if (bytes.includes(needle)) return true;
    tail = bytes.subarray(-needle.length);
  }
  return false;
}
