import { readFileSync } from 'node:fs';
import { parsedJson } from '../../algorithms/json-checks.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import { readYaml } from '../read-yaml.ts';
import { nunjucksParts, shownValue } from './nunjucks.ts';

/** What the judge is asked about an answer, by the rubric of an assertion; `{{output}}` is left in it. */
export type RubricPrompt = (rubric: string) => unknown;

/**
 * `options.rubricPrompt` for a row: a text, or turns of a conversation written out or as JSON, or a file with one of them. Its
 * variables are filled in. Undefined where there is none, or where it cannot be carried over, which is told.
 */
export function rubricPromptOf(
  written: unknown,
  vars: Readonly<Record<string, unknown>>,
  { folder, findings }: { readonly folder: ImportFolder; readonly findings: ImportFindings },
  at: SourcePlace,
): RubricPrompt | undefined {
  if (written === undefined || written === '' || (isRecord(written) && Object.keys(written).length === 0))
    return undefined;
  try {
    const read = fileOr(written, folder, at);
    const prompt = typeof read === 'string' ? (parsedJson(read)?.json ?? read) : read;
    // What cannot be rendered is told here, once for all of the row's assertions.
    filled(prompt, vars, '', at);
    return (rubric) => filled(prompt, vars, rubric, at);
  } catch (thrown) {
    findings.failure(thrown, at);
    return undefined;
  }
}

function fileOr(written: unknown, folder: ImportFolder, at: SourcePlace): unknown {
  if (typeof written !== 'string' || !written.startsWith('file://')) return written;
  const path = written.slice('file://'.length);
  if (!/\.(?:txt|md|json|ya?ml)$/.test(path))
    throw new AssayError('IMPORT_UNSUPPORTED', `the rubric prompt ${path} is no text`, { at });
  const file = folder.file(path, at);
  try {
    const text = readFileSync(file, 'utf8');
    return /\.ya?ml$/.test(path) ? readYaml(text, folder.shown(file)).content : text;
  } catch (cause) {
    throw new AssayError('CONFIG_NOT_FOUND', `cannot read ${path}`, { at, cause });
  }
}

function filled(value: unknown, vars: Readonly<Record<string, unknown>>, rubric: string, at: SourcePlace): unknown {
  if (Array.isArray(value)) return value.map((each) => filled(each, vars, rubric, at));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, vars, rubric, at)]));
  if (typeof value !== 'string') return value;
  return nunjucksParts(value, at)
    .map((part) => {
      if ('literal' in part) return part.literal;
      const [name] = part.path;
      if (name === 'output' && part.path.length === 1) return '{{output}}';
      return shownValue({ ...vars, rubric }, part.path);
    })
    .join('');
}
