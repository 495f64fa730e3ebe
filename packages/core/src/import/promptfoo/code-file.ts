import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFolder } from '../import-folder.ts';

/**
 * The file and function of `file://path/check.js:name`, as a run names them, and the digest of what the file holds now.
 * @throws AssayError CONFIG_NOT_FOUND
 */
export function codeFileUrl(
  code: string,
  folder: ImportFolder,
  at: SourcePlace,
): { readonly url: string; readonly sha256: string } {
  const [, path = '', name] = /^file:\/\/(.*?\.\w+)(?::(\w+))?$/.exec(code) ?? [];
  const file = folder.file(path, at);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new AssayError('CONFIG_NOT_FOUND', `cannot read ${path}`, { at, cause });
  }
  const url = `${pathToFileURL(file).href}${name === undefined ? '' : `:${name}`}`;
  return { url, sha256: createHash('sha256').update(bytes).digest('hex') };
}
