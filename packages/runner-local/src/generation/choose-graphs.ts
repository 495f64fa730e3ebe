import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core';
import { SLIM_GRAPHS } from '../models/graph-for-dtype.ts';
import { listModelFiles, onnxFiles } from '../models/model-files.ts';
import { DTYPE_SUFFIX, PREFERRED_DTYPES } from '../models/number-formats.ts';

/** The graph files that make up a language model; absolute paths. */
export interface ChosenGraphs {
  /** The decoder, or of one in two files the part that goes on from a past. */
  readonly graph: string;
  /** The part without a past. */
  readonly firstGraph?: string;
  readonly encoder?: string;
  /** The part that makes embeddings of tokens, where there is one. */
  readonly embedding?: string;
}

/** Where graphs lie: transformers.js' and optimum's folder, then the top, as onnxruntime-genai writes them. */
const FOLDERS = ['onnx', ''];
/** Number formats in order of preference, as file names say them. */
const FORMATS = PREFERRED_DTYPES.text.map((dtype) => DTYPE_SUFFIX[dtype]);
const NEXT = 'decoder_with_past_model';
const FIRST = 'decoder_model';
const ENCODER = 'encoder_model';
const EMBEDDING = 'embed_tokens';

/**
 * Picks the graphs to run: our slim layout, one decoder, a merged decoder, a decoder in two files, each in the preferred number format;
 * for an encoder-decoder an encoder beside them.
 * @param graph file name of the decoder instead of the preferred one
 * @throws AssayError MODEL_FILES_MISSING without any graph, MODEL_UNSUPPORTED when the graphs there are of no known layout
 */
export function chooseGraphs(path: string, isEncoderDecoder: boolean, graph?: string): ChosenGraphs {
  const candidates = graph === undefined ? preferredNames(isEncoderDecoder) : [graph];
  for (const folder of FOLDERS) {
    const has = (name: string) => existsSync(join(path, folder, name));
    for (const name of candidates) {
      if (!has(name)) continue;
      const firstGraph = name.startsWith(NEXT) ? name.replace(NEXT, FIRST) : undefined;
      const encoder = isEncoderDecoder ? partBeside(ENCODER, name, has) : undefined;
      const embedding = isEncoderDecoder ? undefined : partBeside(EMBEDDING, name, has);
      if ((firstGraph !== undefined && !has(firstGraph)) || (isEncoderDecoder && encoder === undefined)) continue;
      return {
        graph: join(path, folder, name),
        ...(firstGraph === undefined ? {} : { firstGraph: join(path, folder, firstGraph) }),
        ...(encoder === undefined ? {} : { encoder: join(path, folder, encoder) }),
        ...(embedding === undefined ? {} : { embedding: join(path, folder, embedding) }),
      };
    }
  }
  throw noGraphs(path, isEncoderDecoder, graph);
}

function preferredNames(isEncoderDecoder: boolean): string[] {
  const stems = ['decoder_model_merged', NEXT];
  const inAllFormats = (stem: string) => FORMATS.map((format) => `${stem}${format}.onnx`);
  if (isEncoderDecoder) return stems.flatMap(inAllFormats);
  return [...SLIM_GRAPHS, ...['model', ...stems].flatMap(inAllFormats)];
}

/** Another part of the model in the decoder's number format, or else in another. */
function partBeside(stem: string, decoder: string, has: (name: string) => boolean): string | undefined {
  const format = FORMATS.find((each) => each !== '' && decoder.endsWith(`${each}.onnx`)) ?? '';
  return [format, '', ...FORMATS].map((each) => `${stem}${each}.onnx`).find(has);
}

function noGraphs(path: string, isEncoderDecoder: boolean, asked: string | undefined): AssayError {
  const found = onnxFiles(path);
  const at = { at: { file: path } };
  if (asked !== undefined) {
    return new AssayError('MODEL_FILES_MISSING', `the model folder has no ${join('onnx', asked)}`, {
      ...at,
      hint: found.length === 0 ? 'fetch the model again' : `it has ${found.join(', ')}`,
    });
  }
  if (found.length === 0) {
    const files = listModelFiles(path).slice(0, 8);
    const what = files.length === 0 ? 'nothing' : files.join(', ');
    return new AssayError('MODEL_FILES_MISSING', `the model folder has no ONNX weights (it has ${what})`, {
      ...at,
      hint: 'fetch the model again, or export it to ONNX with past key values',
    });
  }
  const wanted = isEncoderDecoder
    ? 'encoder_model.onnx with decoder_model_merged.onnx, or with decoder_model.onnx and decoder_with_past_model.onnx'
    : 'model.onnx, decoder_model_merged.onnx (with embed_tokens.onnx, where it takes embeddings), or decoder_model.onnx with decoder_with_past_model.onnx';
  return new AssayError(
    'MODEL_UNSUPPORTED',
    `the graphs in the model folder are of no known layout: ${found.join(', ')}`,
    {
      ...at,
      hint: `what can be run is ${wanted} (docs/models.md lists all)`,
    },
  );
}
