import { dirname, relative, resolve } from 'node:path';
import fastGlob from 'fast-glob';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { readTaskSource, type TaskField, type TaskSource } from './task-source.ts';

/**
 * The tasks of a file: itself, or those that a group or a list of tasks names, which are looked for in the files beside
 * and below it by their `task` and `tag`. @throws AssayError CONFIG_NOT_FOUND, CONFIG_SYNTAX
 */
export async function expandTasks(file: string, cwd: string, findings: ImportFindings): Promise<TaskSource[]> {
  const source = await readTaskSource(resolve(cwd, file), file);
  const task = source.fields.get('task');
  if (!Array.isArray(task?.value)) return [source];
  for (const key of ['aggregate_metric_list', 'weight_by_size']) {
    const field = source.fields.get(key);
    if (field !== undefined) {
      findings.warn(`${key} is not carried over: each task of a group is an evaluation of its own`, field.placeOf());
    }
  }
  const siblings = await readSiblings(resolve(cwd, file), cwd);
  return tasksOf(task, siblings, file);
}

async function readSiblings(file: string, cwd: string): Promise<TaskSource[]> {
  const folder = dirname(file);
  const names = await fastGlob('**/*.{yaml,yml}', { cwd: folder, absolute: true, deep: 4 });
  const found: TaskSource[] = [];
  for (const name of names.sort()) {
    if (resolve(name) === file) continue;
    // A file beside the group that is no task is none of its business.
    await readTaskSource(name, relative(cwd, name)).then(
      (source) => found.push(source),
      () => undefined,
    );
  }
  return found;
}

function tasksOf(task: TaskField, siblings: readonly TaskSource[], group: string): TaskSource[] {
  return (task.value as unknown[]).flatMap((entry, position): TaskSource[] => {
    const { task: named, ...overrides } = isRecord(entry) ? entry : { task: entry };
    const at = task.placeOf([position]);
    if (Array.isArray(named)) {
      return tasksOf(
        { value: named, placeOf: (path = []) => task.placeOf([position, 'task', ...path]) },
        siblings,
        group,
      );
    }
    const matching = siblings.filter(({ fields }) => hasName(fields, String(named)));
    if (matching.length === 0) {
      throw new AssayError(
        'CONFIG_NOT_FOUND',
        `${group} names the task "${String(named)}", which no file beside it has`,
        {
          at,
        },
      );
    }
    return matching.flatMap((source) => {
      const inner = source.fields.get('task');
      if (Array.isArray(inner?.value)) return tasksOf(inner, siblings, source.file);
      const fields = new Map(source.fields);
      for (const [key, value] of Object.entries(overrides)) {
        fields.set(key, { value, placeOf: (path = []) => task.placeOf([position, key, ...path]) });
      }
      return [{ file: source.file, fields }];
    });
  });
}

function hasName(fields: TaskSource['fields'], name: string): boolean {
  const names = ['task', 'group', 'tag'].flatMap((key) => [fields.get(key)?.value ?? []].flat());
  return names.includes(name);
}
