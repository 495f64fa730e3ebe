import { relative, resolve } from 'node:path';
import fastGlob from 'fast-glob';
import type { ImportFolder } from '../import-folder.ts';
import { readTaskHead, type TaskHead } from './task-head.ts';
import { readTaskSource, type TaskSource } from './task-source.ts';

/** What a name stands for: a task, a group of tasks, or a tag that tasks have. */
export type IndexEntry =
  | { readonly kind: 'task' | 'group'; readonly source: () => Promise<TaskSource> }
  | { readonly kind: 'tag'; readonly tasks: readonly string[] };

/**
 * The names of the task files below a folder, as lm-evaluation-harness's TaskIndex has them: of equal names the first
 * file's counts, by path. That a file does not parse is said when its task is asked for.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/tasks/_index.py
 */
export async function indexTasks(folder: ImportFolder, cwd: string): Promise<ReadonlyMap<string, IndexEntry>> {
  const files = await fastGlob('**/*.yaml', { cwd: folder.path, absolute: true });
  const index = new Map<string, IndexEntry>();
  const tags = new Map<string, string[]>();
  const included = new Map<string, Promise<TaskHead>>();
  for (const file of files.map((each) => resolve(each)).sort()) {
    // A file below that is no task, or a link to one elsewhere, is none of its business.
    if (!folder.holds(file)) continue;
    const head = await readTaskHead(file, folder, included).catch(() => undefined);
    if (head === undefined) continue;
    const kind = isGroupOf(head) ? 'group' : 'task';
    const name = head.get(kind);
    if (typeof name !== 'string' || index.has(name)) continue;
    index.set(name, { kind, source: () => readTaskSource(file, folder, relative(cwd, file)) });
    if (kind === 'task') {
      for (const tag of [head.get('tag') ?? []].flat()) {
        tags.set(String(tag), [...(tags.get(String(tag)) ?? []), name]);
      }
    }
  }
  for (const [name, tasks] of tags) if (!index.has(name)) index.set(name, { kind: 'tag', tasks: tasks.sort() });
  return index;
}

/** A file with `group`, or with a list of tasks, is no task itself. */
export function isGroup({ fields }: TaskSource): boolean {
  return isGroupOf(new Map([...fields].map(([key, { value }]) => [key, value])));
}

function isGroupOf(head: TaskHead): boolean {
  return !head.has('class') && (head.has('group') || Array.isArray(head.get('task')));
}
