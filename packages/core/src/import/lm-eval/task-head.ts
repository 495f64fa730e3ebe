import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ImportFolder } from '../import-folder.ts';
import { readTaskSource } from './task-source.ts';

/** By key: what a task file, or one that it includes, says it is called. Of a list of tasks only that it is one. */
export type TaskHead = ReadonlyMap<string, unknown>;

const KEYS = ['task', 'group', 'tag', 'class', 'include'];
const KEY = new RegExp(`^(["']?)(${KEYS.join('|')})\\1[ \\t]*:(?:[ \\t]+(.*?))?[ \\t]*$`);
/** A line that begins another key, goes on with one, or says nothing. */
const OTHER = /^(?:$|[ \t#]|- |(["']?)[\w-]+\1[ \t]*:(?:[ \t]|$))/;
const SILENT = /^[ \t]*(?:#|$)/;
const GOES_ON = /^[ \t]+[^ \t#]/;
const ITEM = /^( *)- +(.*?)[ \t]*$/;
const NAME = /^(?:(["'])((?:\.{0,2}\/)*[A-Za-z_][\w./+-]*)\1|((?:\.{0,2}\/)*[A-Za-z_][\w./+-]*))(?:[ \t]+#.*)?$/;
/** YAML 1.1 has these for values of other kinds. */
const NO_NAME = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/**
 * Reads what an index of many files goes by. A file whose lines say it plainly is not parsed: most of 14,000 are such.
 * @param known heads of files that others include, by path
 * @throws AssayError as readTaskSource does
 */
export async function readTaskHead(
  file: string,
  folder: ImportFolder,
  known: Map<string, Promise<TaskHead>>,
  seen: readonly string[] = [],
): Promise<TaskHead> {
  const own = seen.includes(file) ? undefined : plainHead(await readFile(file, 'utf8'));
  if (own === undefined) {
    const { fields } = await readTaskSource(file, folder, file, seen);
    return new Map([...fields].map(([key, { value }]) => [key, value]));
  }
  const head = new Map<string, unknown>();
  const beside = folder.at(dirname(file));
  for (const name of [own.get('include') ?? []].flat()) {
    const included = beside.file(name, { file });
    const isCircle = included === file || seen.includes(included);
    let below = isCircle ? undefined : known.get(included);
    if (below === undefined) {
      below = readTaskHead(included, beside, known, [...seen, file]);
      known.set(included, below);
    }
    for (const [key, value] of await below) head.set(key, value);
  }
  for (const [key, value] of own) head.set(key, value);
  head.delete('include');
  return head;
}

/** Undefined where the text must be parsed to know. */
export function plainHead(text: string): ReadonlyMap<string, string | readonly string[]> | undefined {
  const head = new Map<string, string | readonly string[]>();
  const lines = text.split(/\r?\n/);
  const first = lines.find((line) => !SILENT.test(line)) ?? '';
  if (/^(?:[ \t-]|$)/.test(first) || !lines.every((line) => OTHER.test(line))) return undefined;
  for (const [at, line] of lines.entries()) {
    const [, , key, written] = KEY.exec(line) ?? [];
    if (key === undefined) continue;
    const value = key === 'class' ? '' : valueAt(lines, at, key, written ?? '');
    if (value === undefined) return undefined;
    head.set(key, value);
  }
  return head;
}

function valueAt(
  lines: readonly string[],
  at: number,
  key: string,
  written: string,
): string | readonly string[] | undefined {
  const rest = lines.slice(at + 1).filter((line) => line.trim() !== '');
  if (written !== '') return GOES_ON.test(rest[0] ?? '') ? undefined : nameOf(written);
  const items: string[] = [];
  const indent = ITEM.exec(rest[0] ?? '')?.[1];
  for (const line of rest) {
    const [, deep, item] = ITEM.exec(line) ?? [];
    if (item === undefined || deep !== indent) return items.length === 0 || GOES_ON.test(line) ? undefined : items;
    // What a group's tasks are is read when the group is.
    const name = key === 'task' ? '' : nameOf(item);
    if (name === undefined) return undefined;
    items.push(name);
    if (key === 'task') return items;
  }
  return items.length === 0 ? undefined : items;
}

function nameOf(written: string): string | undefined {
  const [, , quoted, plain] = NAME.exec(written) ?? [];
  return plain !== undefined && NO_NAME.test(plain) ? undefined : (quoted ?? plain);
}
