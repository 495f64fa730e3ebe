import { dirname, resolve, sep } from 'node:path';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import { type IndexEntry, indexTasks, isGroup } from './task-index.ts';
import { readTaskSource, type TaskField, type TaskSource } from './task-source.ts';

/** Keys of a group that are not its tasks'. */
const OF_GROUPS: ReadonlySet<string> = new Set([
  ...['group', 'group_alias', 'task', 'tag', 'aggregate_metric_list', 'version', 'metadata', 'include'],
]);
const MAX_DEPTH = 20;

type Fields = TaskSource['fields'];

/**
 * The tasks of a file: itself, or those that a group names, looked for by their names as lm-evaluation-harness does, with
 * the keys that the group gives them.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/tasks/_factory.py
 * @throws AssayError CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_NOT_ALLOWED
 */
export async function expandTasks(
  file: string,
  folder: ImportFolder,
  cwd: string,
  findings: ImportFindings,
): Promise<TaskSource[]> {
  const source = await readTaskSource(resolve(cwd, file), folder, file);
  if (!isGroup(source)) return [source];
  const weights = source.fields.get('aggregate_metric_list');
  if (weights !== undefined) {
    const message = 'aggregate_metric_list is not carried over: each task of a group is an evaluation of its own';
    findings.warn(message, weights.placeOf());
  }
  return new Expansion(resolve(cwd, file), folder, cwd).ofGroup(source, new Map(), 0);
}

class Expansion {
  readonly #folder: ImportFolder;
  readonly #cwd: string;
  /** Folders to look in, from the group's own to the one that holds all tasks. */
  readonly #folders: readonly string[];
  readonly #indices = new Map<string, Promise<ReadonlyMap<string, IndexEntry>>>();

  constructor(file: string, folder: ImportFolder, cwd: string) {
    this.#folder = folder;
    this.#cwd = cwd;
    this.#folders = foldersAround(file);
  }

  async ofGroup(source: TaskSource, given: Fields, depth: number): Promise<TaskSource[]> {
    const field = source.fields.get('task');
    if (depth > MAX_DEPTH) {
      throw new AssayError('CONFIG_SYNTAX', `${source.file} is a group of itself`, { at: { file: source.file } });
    }
    const own = new Map([...source.fields].filter(([key]) => !OF_GROUPS.has(key)));
    const members = [field?.value ?? []].flat() as unknown[];
    const found: TaskSource[] = [];
    for (const [position, member] of members.entries()) {
      const place: TaskField = { value: member, placeOf: (path = []) => field!.placeOf([position, ...path]) };
      found.push(...(await this.#ofMember(source, place, new Map([...own, ...given]), depth + 1)));
    }
    return found;
  }

  async #ofMember(group: TaskSource, member: TaskField, given: Fields, depth: number): Promise<TaskSource[]> {
    const { value } = member;
    const keys = isRecord(value) ? value : {};
    const overrides = new Map(given);
    for (const [key, each] of Object.entries(keys)) {
      overrides.set(key, { value: each, placeOf: (path = []) => member.placeOf([key, ...path]) });
    }
    const name = String(isRecord(value) ? (value.group ?? value.task) : value);
    const entry = Array.isArray(keys.task) && keys.group === undefined ? undefined : await this.#find(name);
    // A group within a group, by itself.
    if (entry === undefined && Array.isArray(keys.task)) {
      return this.ofGroup({ file: group.file, fields: fieldsOf(member, keys) }, given, depth);
    }
    overrides.delete('group');
    if (entry === undefined) {
      if (isRecord(value) && Object.keys(value).length > 1) return [{ file: group.file, fields: overrides }];
      throw new AssayError('CONFIG_NOT_FOUND', `${group.file} names the task "${name}", which no file beside it has`, {
        at: member.placeOf(),
      });
    }
    overrides.delete('task');
    if (entry.kind === 'group') return this.ofGroup(await entry.source(), overrides, depth);
    if (entry.kind !== 'tag') return [overridden(await entry.source(), overrides)];
    const tasks = await Promise.all(entry.tasks.map((each) => this.#find(each)));
    const sources = await Promise.all(tasks.map((each) => (each?.kind === 'task' ? each.source() : undefined)));
    return sources.flatMap((source) => (source === undefined ? [] : [overridden(source, overrides)]));
  }

  /** Looks in the group's folder, and in wider ones where it is not there; the tasks of a tag lie anywhere. */
  async #find(name: string): Promise<IndexEntry | undefined> {
    for (const [i, folder] of this.#folders.entries()) {
      let index = this.#indices.get(folder);
      if (index === undefined) {
        index = indexTasks(this.#folder.at(folder), this.#cwd);
        this.#indices.set(folder, index);
      }
      const entry = (await index).get(name);
      if (entry !== undefined && (entry.kind !== 'tag' || i === this.#folders.length - 1)) return entry;
    }
    return undefined;
  }
}

/** Up to the folder `lm_eval/tasks`; the file's own where there is none. */
function foldersAround(file: string): string[] {
  const folders = [dirname(file)];
  while (!folders.at(-1)!.endsWith(`lm_eval${sep}tasks`)) {
    const above = dirname(folders.at(-1)!);
    if (above === folders.at(-1)) return [dirname(file)];
    folders.push(above);
  }
  return folders;
}

function fieldsOf(member: TaskField, keys: Readonly<Record<string, unknown>>): Map<string, TaskField> {
  return new Map(
    Object.entries(keys).map(([key, value]) => [
      key,
      { value, placeOf: (path = []) => member.placeOf([key, ...path]) },
    ]),
  );
}

function overridden(source: TaskSource, overrides: Fields): TaskSource {
  return { file: source.file, fields: new Map([...source.fields, ...overrides]), overrides };
}
