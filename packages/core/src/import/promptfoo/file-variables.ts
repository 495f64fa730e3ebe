import { readFile } from 'node:fs/promises';
import fastGlob from 'fast-glob';
import { AssayError, isAssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { importedValue } from './import-code.ts';
import type { ProviderFiles } from './imported-model.ts';
import { readPromptfooFile } from './promptfoo-file.ts';

const TEXT = /\.(?:txt|md|csv|html?|sql|xml|ya?ml|json)$/i;
const CODE = /\.(?:[cm]?js|py)$/;
const SOUND_OR_FILM = /\.(?:wav|mp3|flac|ogg|aac|m4a|opus|mp4|webm|mkv|avi|mov|wmv|m4v)$/i;
/** Pictures by their ending, and by how their bytes begin in base64, which goes first. */
const PICTURES: Readonly<Record<string, string>> = {
  ...{ jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', gif: 'image/gif', bmp: 'image/bmp' },
  ...{ webp: 'image/webp', svg: 'image/svg+xml', tif: 'image/tiff', tiff: 'image/tiff', ico: 'image/x-icon' },
  ...{ avif: 'image/avif', heic: 'image/heic', heif: 'image/heif' },
};
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^\/9j\//, 'image/jpeg'],
  [/^iVBORw0KGgo/, 'image/png'],
  [/^R0lGOD[dl]h/, 'image/gif'],
  [/^UklGR/, 'image/webp'],
  [/^Qk[01]/, 'image/bmp'],
  [/^(?:SUkq|TU0A)/, 'image/tiff'],
  [/^AAABAA/, 'image/x-icon'],
];

/**
 * A variable's value, read where it is a file: a text as it is, data as the text of their JSON, a picture as a data URL, sound and
 * film in base64, and what code makes of the other variables where that may run. A pattern stands for each file that it finds.
 */
export async function variableValue(
  name: string,
  value: unknown,
  vars: Readonly<Record<string, unknown>>,
  files: ProviderFiles,
  at: SourcePlace,
  findings: ImportFindings,
): Promise<unknown> {
  if (Array.isArray(value))
    return (await Promise.all(value.map((each) => variableValue(name, each, vars, files, at, findings)))).flat();
  if (typeof value !== 'string' || !value.startsWith('file://')) return value;
  const path = value.slice('file://'.length);
  try {
    if (fastGlob.isDynamicPattern(path)) {
      const found = await files.folder.files(path, at);
      return await Promise.all(found.map((file) => fileText(file, file, at)));
    }
    if (CODE.test(path)) return await codeValue(name, path, vars, files, at, findings);
    const file = files.folder.file(path, at);
    if (/\.ya?ml$/.test(path)) return JSON.stringify((await readPromptfooFile(file, files.folder.shown(file))).content);
    return await fileText(file, path, at);
  } catch (thrown) {
    findings.failure(thrown, at);
    return '';
  }
}

async function fileText(file: string, path: string, at: SourcePlace): Promise<string> {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const picture = PICTURES[ending];
  if (picture === undefined && !SOUND_OR_FILM.test(path) && !TEXT.test(path))
    throw new AssayError(
      'IMPORT_UNSUPPORTED',
      `the variable's file ${path} is not carried over: its kind is not known`,
      { at },
    );
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw isAssayError(cause) ? cause : new AssayError('CONFIG_NOT_FOUND', `cannot read ${path}`, { at, cause });
  });
  if (picture !== undefined && ending !== 'svg') {
    const base64 = bytes.toString('base64');
    const type = BEGINNINGS.find(([beginning]) => beginning.test(base64))?.[1] ?? picture;
    return `data:${type};base64,${base64}`;
  }
  if (ending === 'svg') return `data:${picture};base64,${bytes.toString('base64')}`;
  if (SOUND_OR_FILM.test(path)) return bytes.toString('base64');
  const text = bytes.toString('utf8');
  return ending === 'json' ? JSON.stringify(JSON.parse(text)) : text.trim();
}

/** `(name, prompt, vars)` → `{ output }`: the prompt is not yet known when an import asks. */
async function codeValue(
  name: string,
  path: string,
  vars: Readonly<Record<string, unknown>>,
  { folder, allowCode }: ProviderFiles,
  at: SourcePlace,
  findings: ImportFindings,
): Promise<unknown> {
  if (!allowCode) {
    const hint = 'read it; pass --allow-code to let the import run it';
    findings.error(`the variable's file ${path} is code, which is not run`, at, hint);
    return '';
  }
  const made = await importedValue(path, [name, '', vars], folder, at, 'get_var');
  const { output, error } = made as { readonly output?: unknown; readonly error?: unknown };
  if (error !== undefined && error !== null) findings.error(`the variable's file ${path} fails: ${String(error)}`, at);
  return typeof output === 'string' ? output.trim() : output;
}
