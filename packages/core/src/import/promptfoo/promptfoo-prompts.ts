import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parsedJson } from '../../algorithms/json-checks.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ProviderFiles } from './imported-model.ts';
import { isPlainNunjucks, nunjucksParts, templateOf } from './nunjucks.ts';
import { readPromptfooFile } from './promptfoo-file.ts';

export interface ImportedPrompt {
  readonly label: string;
  readonly template: string;
  readonly system?: string;
  /** Whether the template is a conversation as JSON. */
  readonly isJson?: boolean;
  /** Settings that go before those of each provider. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The code that makes the prompt of each row, as `file.js:name`; the row holds what it gave. */
  readonly code?: string;
  /** The text with blocks, filters or expressions that is rendered for each row; the row holds what it gave. */
  readonly nunjucks?: string;
  /** The variables that it names; undefined where it may name any. */
  readonly variables: readonly string[];
}

const CODE = /\.(?:[cm]?[jt]s|py|rb|go|sh)(?::\w+)?$/;
/** Node runs TypeScript since 22.18. */
const RUNS_TYPESCRIPT = Boolean((process.features as { typescript?: unknown }).typescript);
const RUNNABLE = /\.(?:[cm]?[jt]s|py)(?::\w+)?$/;
const FILE = /^file:\/\/|\.(?:txt|md|j2|json|ya?ml)$/;

/**
 * Prompts given in the config or by file; a text file holds several between lines of `---`, a JSON or YAML list is a
 * conversation, code makes one of each row. What cannot be carried over is a finding and left out.
 */
export async function importPrompts(
  written: unknown,
  files: ProviderFiles,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  findings: ImportFindings,
): Promise<ImportedPrompt[]> {
  const prompts: ImportedPrompt[] = [];
  for (const [position, entry] of [written ?? []].flat().entries()) {
    const at = placeOf(Array.isArray(written) ? ['prompts', position] : ['prompts']);
    try {
      for (const text of await textsOf(entry, files, at)) prompts.push(promptOf(text, prompts.length, at));
    } catch (thrown) {
      findings.failure(thrown, at);
    }
  }
  return prompts;
}

/** The column of a row with what a prompt is for it. */
export const renderedColumn = (position: number): string => `rendered_${position}`;

interface Labelled {
  readonly label: string | undefined;
  readonly text: string;
  readonly code?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

async function textsOf(entry: unknown, files: ProviderFiles, at: SourcePlace): Promise<Labelled[]> {
  if (isRecord(entry)) {
    const label = [entry.label, entry.id].find((name) => typeof name === 'string') as string | undefined;
    const content = entry.raw ?? entry.content ?? entry.id;
    const texts = await textsOf(typeof content === 'string' ? content : JSON.stringify(content), files, at);
    const config = isRecord(entry.config) ? { config: entry.config } : {};
    return texts.map((text, i) => ({
      ...text,
      label: label === undefined || i === 0 ? label : `${label} ${i + 1}`,
      ...config,
    }));
  }
  const { folder } = files;
  const text = String(entry);
  const path = text.replace(/^file:\/\//, '');
  if (CODE.test(path) || /^(?:exec|python|javascript):/.test(text)) return [codeOf(text, path, files, at)];
  const isFile =
    FILE.test(text) && !text.includes('\n') && (text.startsWith('file://') || existsSync(resolve(folder.path, path)));
  if (!isFile) return [{ label: undefined, text }];
  const found = await folder.files(path, at);
  return (await Promise.all(found.map((file) => readPrompts(file, folder.shown(file), at)))).flat();
}

/** @throws AssayError IMPORT_UNSUPPORTED, CONFIG_NOT_FOUND */
function codeOf(name: string, reference: string, { folder, allowCode }: ProviderFiles, at: SourcePlace): Labelled {
  const isRunnable = RUNNABLE.test(reference);
  if (!allowCode || !isRunnable) {
    throw new AssayError('IMPORT_UNSUPPORTED', `the prompt ${name} is code, which is never run here`, {
      at,
      ...(isRunnable ? { hint: 'read it; pass --allow-code to let the import run it for each row' } : {}),
    });
  }
  const file = folder.file(reference.replace(/:\w+$/, ''), at);
  if (!existsSync(file)) throw new AssayError('CONFIG_NOT_FOUND', `there is no file ${reference}`, { at });
  if (/\.[cm]?ts(?::\w+)?$/.test(reference) && !RUNS_TYPESCRIPT)
    throw new AssayError('IMPORT_UNSUPPORTED', `Node ${process.version} does not run the prompt ${name}`, {
      at,
      hint: 'Take Node 22.18 or newer.',
    });
  return { label: reference, text: '', code: reference };
}

async function readPrompts(file: string, name: string, at: SourcePlace): Promise<Labelled[]> {
  if (/\.ya?ml$/.test(file)) {
    const { content } = await readPromptfooFile(file, name);
    return [{ label: name, text: typeof content === 'string' ? content : JSON.stringify(content) }];
  }
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AssayError('CONFIG_NOT_FOUND', `cannot read the prompt file ${name}`, { at, cause });
  });
  if (!/\.txt$/.test(file)) return [{ label: name, text }];
  const parts = text
    .split(/^---$/m)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.map((part, i) => ({ label: parts.length === 1 ? name : `${name} ${i + 1}`, text: part }));
}

function promptOf({ label, text, code, config }: Labelled, position: number, at: SourcePlace): ImportedPrompt {
  const settings = config === undefined ? {} : { config };
  if (code !== undefined) {
    return { label: label ?? code, ...renderedByRow(position), code, ...settings };
  }
  if (!isPlainNunjucks(text) && !/\{\{-?\s*env\./.test(text))
    return { label: label ?? shortened(text), ...renderedByRow(position), nunjucks: text, ...settings };
  return { label: label ?? shortened(text), ...templated(text, at), ...settings };
}

/** A prompt of which each row holds its own. */
const renderedByRow = (position: number) =>
  ({ template: `\${${renderedColumn(position)}}`, isJson: true, variables: [] }) as const;

function templated(
  text: string,
  at: SourcePlace,
): Pick<ImportedPrompt, 'template' | 'system' | 'isJson' | 'variables'> {
  const list = /^\s*\[/.test(text) ? parsedJson(text)?.json : undefined;
  if (!isConversation(list)) {
    const parts = nunjucksParts(text, at);
    return { template: templateOf(parts), variables: variablesIn(parts) };
  }
  const plain = plainTurns(list, at);
  if (plain !== undefined) {
    const parts = nunjucksParts(plain.user, at);
    const system = plain.system === undefined ? {} : { system: plain.system };
    return { template: templateOf(parts), ...system, variables: variablesIn(parts) };
  }
  const variables: string[] = [];
  const template = mapTexts(list, (leaf) => {
    const parts = nunjucksParts(leaf, at);
    variables.push(...variablesIn(parts));
    return templateOf(parts);
  });
  return { template: JSON.stringify(template), isJson: true, variables };
}

type Turn = Readonly<Record<string, unknown>>;

const isConversation = (list: unknown): list is readonly Turn[] =>
  Array.isArray(list) && list.length > 0 && list.every((turn) => isRecord(turn) && 'role' in turn);

/** A system text without variables and one question, which any model can be asked; undefined for other conversations. */
function plainTurns(
  list: readonly Turn[],
  at: SourcePlace,
): { readonly system?: string; readonly user: string } | undefined {
  const [first, ...rest] = list;
  const isSystem = first?.role === 'system' || first?.role === 'developer';
  const [turn, ...more] = isSystem ? rest : list;
  if (turn?.role !== 'user' || more.length > 0 || typeof turn.content !== 'string') return undefined;
  if (!isSystem) return { user: turn.content };
  if (typeof first.content !== 'string' || variablesIn(nunjucksParts(first.content, at)).length > 0) return undefined;
  return { system: first.content, user: turn.content };
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, change)]));
}

const variablesIn = (parts: ReturnType<typeof nunjucksParts>): string[] =>
  parts.flatMap((part) => ('path' in part ? [part.path[0]!] : []));

const shortened = (text: string): string => {
  const list = /^\s*\[/.test(text) ? parsedJson(text)?.json : undefined;
  const last = isConversation(list) ? list.at(-1)?.content : undefined;
  const shown = typeof last === 'string' ? last : text;
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
};
