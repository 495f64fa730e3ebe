import { join } from 'node:path';
import { AssayError } from '@assay/core';
import { readModelJson } from '../../models/model-config.ts';
import type { GgufFile } from './read-gguf.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * A GGUF file names its tokens but not how texts are cut, so the tokenizer comes from a folder; each of its tokens must
 * be the file's own.
 * @throws AssayError MODEL_FILES_MISSING without tokenizer.json, MODEL_UNSUPPORTED on the first token that differs
 */
export function checkTokenizer(file: GgufFile, folder: string): void {
  const tokenizer = readModelJson(folder, 'tokenizer.json');
  if (tokenizer === undefined) {
    throw new AssayError('MODEL_FILES_MISSING', `${folder} has no tokenizer.json`, {
      hint: 'name the folder of the model that the GGUF file was made from',
    });
  }
  const tokens = file.metadata.get('tokenizer.ggml.tokens');
  if (!Array.isArray(tokens)) return;
  for (const [token, id] of vocabulary(tokenizer)) {
    if (tokens[id] === token) continue;
    const there = id < tokens.length ? JSON.stringify(tokens[id]) : 'missing';
    throw new AssayError(
      'MODEL_UNSUPPORTED',
      `the tokenizer is another model's: token ${id} is ${JSON.stringify(token)}, and ${there} in the GGUF file`,
      {
        at: { file: join(folder, 'tokenizer.json') },
        hint: 'name the folder of the model that the file was made from',
      },
    );
  }
}

/** Tokens with their ids: a map, a list of pairs in order, and the tokens that were added. */
function* vocabulary(tokenizer: Json): Generator<readonly [string, number]> {
  const known = (tokenizer.model as Json | undefined)?.vocab;
  if (Array.isArray(known)) for (const [id, pair] of known.entries()) yield [String((pair as unknown[])[0]), id];
  else for (const [token, id] of Object.entries((known ?? {}) as Record<string, number>)) yield [token, id];
  const added = (tokenizer.added_tokens ?? []) as readonly { readonly content: string; readonly id: number }[];
  for (const { content, id } of added) yield [content, id];
}
