import { AssayError } from '@assay/core';
import type { ModelKind } from '../models/model-kind.ts';
import { DTYPE_SUFFIX, type Dtype, PREFERRED_DTYPES } from '../models/number-formats.ts';
import type { HubFile } from './hub-files.ts';

/** Graphs that make up a model, the preferred way first. */
const GRAPHS: Readonly<Record<'text' | 'seq2seq', readonly (readonly string[])[]>> = {
  text: [['model'], ['decoder_model_merged'], ['decoder_model', 'decoder_with_past_model']],
  seq2seq: [
    ['encoder_model', 'decoder_model_merged'],
    ['encoder_model', 'decoder_model', 'decoder_with_past_model'],
  ],
};

/** Configs, tokenizer, model card and licence: what belongs to a model besides its weights. */
export const BESIDE_WEIGHTS =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|modules|sentence_bert_config|config_sentence_transformers|chat_template)\.json$|^(vocab|merges)\.txt$|^chat_template\.jinja$|^\d+_[A-Za-z]+\/config\.json$|^\d+_Dense\/model\.safetensors$|^(README|LICENSE|NOTICE)(\.\w+)?$/;

/**
 * The files to download: configs and tokenizer, and the weights in one number format.
 * @param dtype take this format and no other
 * @throws MODEL_FILES_MISSING when the model has no ONNX weights, or none in that format
 */
export function chooseFiles(
  id: string,
  files: readonly HubFile[],
  kind: ModelKind,
  dtype?: Dtype,
): { readonly files: readonly HubFile[]; readonly dtype: Dtype } {
  const paths = new Set(files.map(({ path }) => path));
  const isText = kind === 'causal' || kind === 'seq2seq';
  const order = dtype === undefined ? PREFERRED_DTYPES[isText ? 'text' : 'encoder'] : [dtype];
  for (const graphs of GRAPHS[kind === 'seq2seq' ? 'seq2seq' : 'text']) {
    for (const tried of order) {
      for (const folder of ['onnx/', '']) {
        const wanted = graphs.map((graph) => `${folder}${graph}${DTYPE_SUFFIX[tried]}.onnx`);
        if (!wanted.every((path) => paths.has(path))) continue;
        const all = kind === 'causal' ? [...wanted, ...embeddingsBeside(folder, tried, paths)] : wanted;
        return { files: files.filter(({ path }) => BESIDE_WEIGHTS.test(path) || belongsTo(path, all)), dtype: tried };
      }
    }
  }
  throw noOnnx(id, files, dtype);
}

/** The graph that makes embeddings of tokens, where a model has one: in the decoder's number format, or else in another. */
function embeddingsBeside(folder: string, dtype: Dtype, paths: ReadonlySet<string>): string[] {
  const found = [dtype, 'fp32' as const, ...PREFERRED_DTYPES.text]
    .map((each) => `${folder}embed_tokens${DTYPE_SUFFIX[each]}.onnx`)
    .find((path) => paths.has(path));
  return found === undefined ? [] : [found];
}

/** A graph, or its external data: `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`. */
function belongsTo(path: string, graphs: readonly string[]): boolean {
  return graphs.some((graph) => path === graph || path.startsWith(`${graph}_data`) || path === `${graph}.data`);
}

function noOnnx(id: string, files: readonly HubFile[], dtype: Dtype | undefined): AssayError {
  const graphs = files.map(({ path }) => path).filter((path) => path.endsWith('.onnx'));
  if (graphs.length === 0) {
    const name = id.slice(id.indexOf('/') + 1);
    return new AssayError('MODEL_FILES_MISSING', `${id} has no ONNX weights on the hub`, {
      hint: `Look for an export such as onnx-community/${name}-ONNX or Xenova/${name}, or export it with optimum.`,
    });
  }
  const format = dtype === undefined ? 'a layout that assay knows' : `the format ${dtype}`;
  return new AssayError('MODEL_FILES_MISSING', `${id} has no ONNX weights in ${format}`, {
    hint: `It has ${graphs.slice(0, 12).join(', ')}.`,
  });
}
