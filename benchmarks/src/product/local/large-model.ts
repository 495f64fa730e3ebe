import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The same random weights, 1.8 B in four bits, for llama.cpp and for us. */
export interface LargeModel {
  readonly gguf: string;
  /** Converted, as a user’s first use leaves it in the cache. */
  readonly folder: string;
}

/** Kept in the folder for temporary files: making it takes minutes, and 2 GB. */
export function largeModel(tokenizer: string): LargeModel {
  const home = join(tmpdir(), 'assay-bench-large-2');
  const model = { gguf: join(home, 'model.gguf'), folder: join(home, 'slim') };
  if (existsSync(model.folder)) return model;
  mkdirSync(home, { recursive: true });
  const maker = fileURLToPath(new URL('make-large-model.js', import.meta.url));
  execFileSync(process.execPath, [maker, model.gguf, model.folder, tokenizer], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return model;
}
