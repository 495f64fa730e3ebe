import { AssayError } from '@assay/core';
import type { GgufFile } from './read-gguf.ts';

/** What llama.cpp's numbers of the kinds of tokens mean. */
export const TOKEN_KIND = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** The tokenizer of a GGUF file as far as its metadata tells it. */
export interface GgufVocabulary {
  /** 'gpt2', 'llama' … */
  readonly model: string;
  /** Name of the way to cut texts; 'default' where the file has none. */
  readonly pre: string;
  /** By id. */
  readonly tokens: readonly string[];
  /** `TOKEN_KIND` of each token. */
  readonly kinds: readonly number[];
  /** Of each token, or empty. */
  readonly scores: readonly number[];
  /** Pairs joined by a space. */
  readonly merges: readonly string[];
  readonly setting: (key: string) => unknown;
}

/** @throws AssayError MODEL_LOAD for lists that do not fit each other */
export function readVocabulary({ path, metadata }: GgufFile): GgufVocabulary {
  const setting = (key: string): unknown => metadata.get(`tokenizer.ggml.${key}`);
  const tokens = list(path, setting('tokens'), 'tokens', isText) ?? [];
  const found = list(path, setting('token_type'), 'token_type', isNumber);
  const kinds = found ?? tokens.map(() => TOKEN_KIND.normal);
  const scores = list(path, setting('scores'), 'scores', isNumber) ?? [];
  const merges = list(path, setting('merges'), 'merges', isText) ?? [];
  if (kinds.length < tokens.length || (scores.length > 0 && scores.length < tokens.length)) {
    throw damaged(path, `${tokens.length} tokens, but ${kinds.length} kinds and ${scores.length} scores of them`);
  }
  if (new Set(tokens).size !== tokens.length) throw damaged(path, 'a token twice');
  const model = String(setting('model') ?? 'none');
  return { model, pre: String(setting('pre') ?? 'default'), tokens, kinds, scores, merges, setting };
}

function list<T>(path: string, value: unknown, key: string, is: (one: unknown) => one is T): readonly T[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every(is)) return value;
  throw damaged(path, `a tokenizer.ggml.${key} that is no such list`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

function damaged(path: string, what: string): AssayError {
  return new AssayError('MODEL_LOAD', `the tokenizer of the GGUF file has ${what}`, {
    at: { file: path },
    hint: 'the file is damaged: fetch it again',
  });
}
