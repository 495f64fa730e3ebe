import { basename, relative, sep } from 'node:path';
import { AssayError } from '@assay/core';
import { chooseOnnxFile } from '../encoders/onnx-session.ts';
import { chooseGraphs } from '../generation/choose-graphs.ts';
import { graphForDtype, unpackableGraph } from './graph-for-dtype.ts';
import { readModelConfig } from './model-config.ts';
import { modelKind } from './model-kind.ts';

/** Which of a folder's weights answer; the preferred ones where nothing is said. */
export interface WeightsChoice {
  /** Number format to take and no other. */
  readonly dtype?: string | undefined;
  /** ONNX file within the folder; of a model in parts the decoder. */
  readonly file?: string | undefined;
  /** Whether a language model's weights are to be unpacked, which takes a graph that is made for it. */
  readonly unpack?: boolean | undefined;
}

/**
 * The graphs that answer, relative to the folder with forward slashes: the decoder or only graph first.
 * @throws AssayError MODEL_FILES_MISSING, MODEL_UNSUPPORTED, and USAGE for a number format that there is not
 */
export function chooseWeights(folder: string, choice: WeightsChoice = {}): readonly string[] {
  const config = readModelConfig(folder);
  const kind = modelKind(config, folder);
  if (kind === 'encoder' || kind === 'classifier') {
    return [chooseOnnxFile(folder, choice.dtype === undefined ? choice.file : graphForDtype(folder, choice.dtype))];
  }
  const { graph, firstGraph, encoder, embedding } = chooseGraphs(
    folder,
    kind === 'seq2seq',
    decoderFile(folder, choice),
  );
  return [graph, firstGraph, encoder, embedding].flatMap((path) =>
    path === undefined ? [] : relative(folder, path).split(sep).join('/'),
  );
}

/** File name of the decoder that a choice names, if it names one. */
export function decoderFile(folder: string, { dtype, file, unpack }: WeightsChoice): string | undefined {
  if (file !== undefined && (dtype !== undefined || unpack === true)) {
    throw new AssayError('USAGE', `${file} is one graph: neither another number format nor unpacking goes with it`);
  }
  if (unpack === true) return basename(unpackableGraph(folder, dtype));
  if (dtype !== undefined) return basename(graphForDtype(folder, dtype));
  return file === undefined ? undefined : basename(file);
}
