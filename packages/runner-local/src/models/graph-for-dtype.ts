import { basename } from 'node:path';
import { AssayError } from '@assay/core';
import { onnxFiles } from './model-files.ts';
import { DTYPE_SUFFIX, DTYPES, type Dtype } from './number-formats.ts';

/** Graphs in the slim layout, which `assay models convert` writes, from small to large. */
export const SLIM_GRAPHS: readonly string[] = ['q4', 'q4f16', 'q8', 'fp16', 'fp32'].map(
  (dtype) => `slim_${dtype}.onnx`,
);

/** File names of a graph in one number format. */
function namesOf(dtype: Dtype): { readonly slim: string; readonly standard: readonly string[] } {
  const suffix = DTYPE_SUFFIX[dtype];
  return {
    slim: `slim_${dtype}.onnx`,
    standard: ['model', 'decoder_model_merged', 'decoder_with_past_model'].map((stem) => `${stem}${suffix}.onnx`),
  };
}

/** The graph in one number format, if it is there: the slim layout first, unless only a standard export will do. */
function findGraph(folder: string, dtype: Dtype, layout: 'any' | 'standard'): string | undefined {
  const { slim, standard } = namesOf(dtype);
  const names = layout === 'any' ? [slim, ...standard] : standard;
  const files = onnxFiles(folder);
  return names.flatMap((name) => files.find((file) => basename(file) === name) ?? [])[0];
}

/** Number formats that a model folder has graphs for. */
function dtypesOf(folder: string, layout: 'any' | 'standard' = 'any'): Dtype[] {
  return DTYPES.filter((dtype) => findGraph(folder, dtype, layout) !== undefined);
}

/**
 * The graph of a model folder in one number format, relative to the folder.
 * @throws AssayError USAGE for a format that there is not, MODEL_FILES_MISSING listing the formats that are there
 */
export function graphForDtype(folder: string, dtype: string, layout: 'any' | 'standard' = 'any'): string {
  const known = DTYPES.find((one) => one === dtype);
  if (known === undefined) {
    throw new AssayError('USAGE', `no number format ${JSON.stringify(dtype)}`, {
      hint: `Write one of ${DTYPES.join(', ')}.`,
    });
  }
  const found = findGraph(folder, known, layout);
  if (found !== undefined) return found;
  const present = dtypesOf(folder, layout);
  const here =
    present.length === 0 ? 'It has no weights under a name that tells their format.' : `It has ${present.join(', ')}.`;
  throw new AssayError('MODEL_FILES_MISSING', `${folder} has no weights in the format ${dtype}`, { hint: here });
}

/** Graphs whose weights can be unpacked to fp32, by the format they are kept in; `slim_f32.onnx` unpacks 4 bits by itself. */
const UNPACKABLE: ReadonlyMap<Dtype, string> = new Map([
  ['q4', 'slim_f32.onnx'],
  ['fp32', 'slim_fp32.onnx'],
  ['fp16', 'slim_fp16.onnx'],
]);

/**
 * The graph whose weights can be unpacked to fp32 and saved: the one made for it, or plain weights; relative to the folder.
 * @param dtype of this number format and no other
 * @throws AssayError MODEL_UNSUPPORTED where there is none
 */
export function unpackableGraph(folder: string, dtype?: string): string {
  const files = onnxFiles(folder);
  const found = [...UNPACKABLE].flatMap(([format, name]) => {
    const file = files.find((path) => basename(path) === name);
    return file === undefined ? [] : [{ format, file }];
  });
  const chosen = dtype === undefined ? found[0] : found.find(({ format }) => format === dtype);
  if (chosen !== undefined) return chosen.file;
  const here = found.map(({ format }) => format).join(', ');
  throw new AssayError(
    'MODEL_UNSUPPORTED',
    `${folder} has no weights${dtype === undefined ? '' : ` in the format ${dtype}`} that can be unpacked`,
    {
      hint:
        here === ''
          ? 'leave unpack out, or convert an fp32 or fp16 export first: assay models convert'
          : `it can be unpacked from ${here}; leave dtype or unpack out`,
    },
  );
}
