import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { AssayError } from '@assay/core/errors';

/** Every file under a model's folder (links followed), relative, with forward slashes, sorted. */
export function listModelFiles(folder: string): string[] {
  const found: string[] = [];
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const full = join(at, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== '.git') walk(full);
      } else if (existsSync(full)) found.push(relative(folder, full).split(sep).join('/'));
    }
  };
  walk(folder);
  return found.sort();
}

/** Graphs and their data, and the dense layers of an encoder that lie beside them. */
const WEIGHTS = /\.onnx([._-][^/]*)?$|^\d+_Dense\/model\.safetensors$/;
const CONFIGS =
  /(^|\/)(config\.json|generation_config\.json|config_sentence_transformers\.json|tokenizer[^/]*\.(json|model)|special_tokens_map\.json|added_tokens\.json|vocab\.(txt|json)|merges\.txt|spiece\.model|modules\.json|sentence_bert_config\.json|chat_template[^/]*)$/;

/** Files that may change what a model answers: weights, configs, tokenizer. Readmes and scripts do not. */
export function filesThatMatter(folder: string): string[] {
  return listModelFiles(folder).filter((path) => WEIGHTS.test(path) || CONFIGS.test(path));
}

/** Those that hold no weights: configs, tokenizer, chat template. */
export function configFiles(folder: string): string[] {
  return listModelFiles(folder).filter((path) => CONFIGS.test(path));
}

/** ONNX graphs of a model, in `onnx/` or at the top, relative to the folder. */
export function onnxFiles(folder: string): string[] {
  return listModelFiles(folder).filter((path) => /^(onnx\/)?[^/]+\.onnx$/.test(path));
}

/**
 * Checks that a folder holds a model that can be opened: a config and real ONNX weights.
 * @throws MODEL_FILES_MISSING naming what is missing and what to do
 */
export function requireModelFiles(folder: string): void {
  if (!existsSync(join(folder, 'config.json'))) {
    throw new AssayError('MODEL_FILES_MISSING', `${folder} has no config.json, so it is not a model folder`, {
      hint: 'Name the folder that holds config.json, the tokenizer files and onnx/*.onnx.',
    });
  }
  const graphs = onnxFiles(folder);
  if (graphs.length === 0) throw noWeights(folder);
  const pointer = listModelFiles(folder).find((path) => /\.onnx/.test(path) && isLfsPointer(join(folder, path)));
  if (pointer !== undefined) {
    throw new AssayError('MODEL_FILES_MISSING', `${join(folder, pointer)} is a Git LFS pointer, not the weights`, {
      hint: 'Run "git lfs pull" in that checkout.',
    });
  }
}

function noWeights(folder: string): AssayError {
  const other = listModelFiles(folder).find((path) => /\.(safetensors|bin|gguf|pt|h5)$/.test(path));
  const found = other === undefined ? '' : ` (it has ${other}, which is another format)`;
  return new AssayError('MODEL_FILES_MISSING', `${folder} has no ONNX weights${found}`, {
    hint:
      other === undefined
        ? 'Put the weights at onnx/model.onnx (or model_quantized.onnx, model_q4.onnx), or pull the model again.'
        : 'Use an ONNX export of it (many are at https://huggingface.co/onnx-community), or export it with optimum.',
  });
}

function isLfsPointer(path: string): boolean {
  if (statSync(path).size > 1024) return false;
  const start = Buffer.alloc(42);
  const file = openSync(path, 'r');
  try {
    readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  return start.toString('latin1').startsWith('version https://git-lfs.github.com/spec/');
}
