import { extname } from 'node:path';
import { wellFormed } from '../text/well-formed.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: no system wants control characters in a name
const UNSAFE = /[<>:"/\\|?*[\]\0-\x1f\x7f]+/g;

/** A run's name for a model or dataset as one part of a path, on any system. */
export function fileNameOf(name: string): string {
  const safe = wellFormed(name)
    .replace(UNSAFE, '__')
    .replace(/^\.+/, '_')
    .replace(/[. ]+$/, '_');
  return safe === '' ? '_' : safe.slice(0, 120);
}

/** `log.json` for the only model, `log.SmolLM2.json` where there are several: some formats hold one model a file. */
export function fileForModel(file: string, model: string, models: number): string {
  if (models <= 1) return file;
  const extension = extname(file);
  return `${file.slice(0, file.length - extension.length)}.${fileNameOf(model)}${extension}`;
}
