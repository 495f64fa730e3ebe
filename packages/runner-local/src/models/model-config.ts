import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core/errors';

/** The keys of a Hugging Face config.json that assay reads; everything else stays as found. */
export interface ModelConfig {
  readonly model_type?: string;
  readonly architectures?: readonly string[];
  readonly max_position_embeddings?: number;
  readonly pad_token_id?: number | null;
  readonly problem_type?: string | null;
  readonly id2label?: Readonly<Record<string, string>>;
  readonly is_encoder_decoder?: boolean;
  readonly [key: string]: unknown;
}

/**
 * A JSON file of a model folder.
 * @returns undefined when the file is not there
 * @throws MODEL_LOAD when it is not a JSON object
 */
export function readModelJson(folder: string, path: string): Readonly<Record<string, unknown>> | undefined {
  const full = join(folder, path);
  if (!existsSync(full)) return undefined;
  try {
    const value: unknown = JSON.parse(readFileSync(full, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    throw new SyntaxError('not an object');
  } catch (cause) {
    throw new AssayError('MODEL_LOAD', `${full} is not valid JSON: ${(cause as Error).message}`, {
      hint: 'The file is damaged or half downloaded: get the model again.',
      at: { file: full },
      cause,
    });
  }
}

/** @throws MODEL_FILES_MISSING without config.json, MODEL_LOAD when it cannot be read */
export function readModelConfig(folder: string): ModelConfig {
  const config = readModelJson(folder, 'config.json');
  if (config !== undefined) return config;
  throw new AssayError('MODEL_FILES_MISSING', `${folder} has no config.json, so it is not a model folder`);
}
