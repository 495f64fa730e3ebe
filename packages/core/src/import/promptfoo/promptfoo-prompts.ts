import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parsedJson } from '../../algorithms/json-checks.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import { nunjucksParts, templateOf } from './nunjucks.ts';
import { readPromptfooFile } from './promptfoo-file.ts';

export interface ImportedPrompt {
  readonly label: string;
  readonly template: string;
  readonly system?: string;
  /** The variables that it names. */
  readonly variables: readonly string[];
}

const CODE = /\.(?:[cm]?[jt]s|py|rb|go|sh)(?::\w+)?$/;
const FILE = /^file:\/\/|\.(?:txt|md|j2|json|ya?ml)$/;

/**
 * Prompts given in the config or by file; a text file holds several between lines of `---`, a JSON or YAML list is a
 * conversation. What cannot be carried over is a finding and left out.
 */
export async function importPrompts(
  written: unknown,
  folder: ImportFolder,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  findings: ImportFindings,
): Promise<ImportedPrompt[]> {
  const prompts: ImportedPrompt[] = [];
  for (const [position, entry] of [written ?? []].flat().entries()) {
    const at = placeOf(Array.isArray(written) ? ['prompts', position] : ['prompts']);
    try {
      for (const { label, text } of await textsOf(entry, folder, at)) prompts.push(promptOf(label, text, at));
    } catch (thrown) {
      findings.failure(thrown, at);
    }
  }
  return prompts;
}

interface Labelled {
  readonly label: string | undefined;
  readonly text: string;
}

async function textsOf(entry: unknown, folder: ImportFolder, at: SourcePlace): Promise<Labelled[]> {
  if (isRecord(entry)) {
    const label = [entry.label, entry.id].find((name) => typeof name === 'string') as string | undefined;
    const content = entry.raw ?? entry.content ?? entry.id;
    const texts = await textsOf(typeof content === 'string' ? content : JSON.stringify(content), folder, at);
    return texts.map(({ text }, i) => ({ text, label: label === undefined || i === 0 ? label : `${label} ${i + 1}` }));
  }
  const text = String(entry);
  const path = text.replace(/^file:\/\//, '');
  if (CODE.test(path) || /^(?:exec|python|javascript):/.test(text)) {
    throw new AssayError('IMPORT_UNSUPPORTED', `the prompt ${text} is code, which is never run here`, { at });
  }
  const isFile =
    FILE.test(text) && !text.includes('\n') && (text.startsWith('file://') || existsSync(resolve(folder.path, path)));
  if (!isFile) return [{ label: undefined, text }];
  const files = await folder.files(path, at);
  return (await Promise.all(files.map((file) => readPrompts(file, folder.shown(file), at)))).flat();
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

function promptOf(label: string | undefined, text: string, at: SourcePlace): ImportedPrompt {
  const { system, user } = conversationOf(text, at);
  const parts = nunjucksParts(user, at);
  const variables = parts.flatMap((part) => ('path' in part ? [part.path[0]!] : []));
  if (system !== undefined && nunjucksParts(system, at).some((part) => 'path' in part)) {
    throw new AssayError('IMPORT_UNSUPPORTED', 'variables in a system message are not carried over', { at });
  }
  return {
    label: label ?? (user.length > 40 ? `${user.slice(0, 39)}…` : user),
    template: templateOf(parts),
    ...(system === undefined ? {} : { system }),
    variables,
  };
}

/** A list of messages as system and user text. @throws AssayError IMPORT_UNSUPPORTED for more turns */
function conversationOf(text: string, at: SourcePlace): { readonly system?: string; readonly user: string } {
  const list = text.trimStart().startsWith('[') ? parsedJson(text)?.json : undefined;
  if (!Array.isArray(list) || !list.every((each) => isRecord(each) && typeof each.content === 'string'))
    return { user: text };
  const [first, ...rest] = list as { role: string; content: string }[];
  const isSystem = first?.role === 'system' || first?.role === 'developer';
  const turns = isSystem ? rest : (list as { role: string; content: string }[]);
  if (turns.length !== 1 || turns[0]!.role !== 'user') {
    throw new AssayError('IMPORT_UNSUPPORTED', 'a conversation of several turns is not carried over', { at });
  }
  return { ...(isSystem ? { system: first.content } : {}), user: turns[0]!.content };
}
