import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AssayError } from '@assay/core';
import { graphForDtype } from '../models/graph-for-dtype.ts';
import { onnxFiles, requireModelFiles } from '../models/model-files.ts';
import { prepareModel } from '../models/prepare-model.ts';
import { resolveModel } from '../models/resolve-model.ts';
import { cannotConvert } from './export/cannot-convert.ts';
import { safetensorsFiles } from './safetensors/read-safetensors.ts';

/** What is to be converted, found and checked. */
export type SourceModel =
  | {
      readonly kind: 'export';
      readonly name: string;
      readonly folder: string;
      /** Absolute path of the graph. */
      readonly graph: string;
      /** The model's name with its commit or digest, for the provenance of what is made of it. */
      readonly origin: string;
    }
  | {
      readonly kind: 'safetensors';
      readonly name: string;
      readonly folder: string;
      readonly file: string;
      readonly origin: string;
    }
  | { readonly kind: 'gguf'; readonly name: string; readonly file: string };

/** Standard exports by preference: the nearest to the original weights last only because they are the largest. */
const PREFERRED = [
  'model_q4.onnx',
  'model_q4f16.onnx',
  'model_quantized.onnx',
  'model_int8.onnx',
  'model_fp16.onnx',
  'model.onnx',
];

export interface SourceOptions {
  /** Number format of the export to take. */
  readonly dtype?: string | undefined;
  /** File of the folder to take, such as `onnx/model_fp16.onnx`. */
  readonly graph?: string | undefined;
  readonly revision?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Finds what to convert: a GGUF file, the standard export of a model, or its safetensors where it has no export.
 * @throws AssayError MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_CHECKSUM, MODEL_UNSUPPORTED
 */
export async function sourceModel(name: string, options: SourceOptions = {}): Promise<SourceModel> {
  const path = resolve(name);
  if (/\.gguf$/i.test(name)) {
    if (existsSync(path)) return { kind: 'gguf', name: basename(path).replace(/\.gguf$/i, ''), file: path };
    throw new AssayError('MODEL_NOT_FOUND', `there is no file ${path}`);
  }
  if (existsSync(path) && statSync(path).isFile()) {
    throw new AssayError('USAGE', `${name} is a file, and not GGUF`, {
      hint: 'name the folder that holds config.json and onnx/, with --graph for one of several graphs',
    });
  }
  const { revision, env } = options;
  const resolved = resolveModel(name, { revision, env });
  const { folder } = resolved;
  if (onnxFiles(folder).length === 0 && safetensorsFiles(folder).length > 0) {
    const pin = resolved.commit === undefined ? 'its safetensors files' : `commit ${resolved.commit}`;
    const origin = `${resolved.name} (${pin})`;
    return { kind: 'safetensors', name: resolved.name, folder, file: join(folder, 'config.json'), origin };
  }
  requireModelFiles(folder);
  const file = options.graph === undefined ? chosenGraph(folder, options.dtype) : namedGraph(folder, options.graph);
  const model = await prepareModel(name, { revision, env, file });
  const pin = model.commit === undefined ? `sha256 of its files ${model.digest}` : `commit ${model.commit}`;
  return {
    kind: 'export',
    name: model.name,
    folder: model.folder,
    graph: join(model.folder, file),
    origin: `${model.name} (${pin}), ${file}`,
  };
}

function namedGraph(folder: string, graph: string): string {
  const found = [graph, `onnx/${graph}`].find((file) => onnxFiles(folder).includes(file));
  if (found !== undefined) return found;
  throw new AssayError('MODEL_FILES_MISSING', `${folder} has no graph ${graph}`, {
    hint: `It has ${onnxFiles(folder).join(', ')}.`,
  });
}

function chosenGraph(folder: string, dtype: string | undefined): string {
  if (dtype !== undefined) return graphForDtype(folder, dtype, 'standard');
  const graphs = onnxFiles(folder);
  const found = PREFERRED.flatMap((name) => graphs.find((file) => basename(file) === name) ?? [])[0];
  if (found !== undefined) return found;
  const merged = graphs.find((file) => /merged|with_past/.test(file));
  const has = `it has ${graphs.join(', ')}`;
  throw cannotConvert(
    folder,
    merged === undefined ? `no model.onnx among its graphs (${has})` : `${merged} is a merged or split export`,
  );
}
