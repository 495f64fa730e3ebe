import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ScalarTag } from 'yaml';
import type { ConfigPath } from '../../config/config-path.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFolder } from '../import-folder.ts';
import { readYaml } from '../read-yaml.ts';

/** A `!function module.name` of a task file: Python, which is interpreted or refused, never run. */
export class FunctionReference {
  readonly name: string;
  /** Of the file that names it: the module is looked for there. */
  readonly folder: string;
  /** Its source, where that is all there is. */
  readonly text: string | undefined;

  constructor(name: string, folder: string, text?: string) {
    this.name = name;
    this.folder = folder;
    this.text = text;
  }
}

/** A key of a task with its value and where it stands, in the file itself or in one that it includes. */
export interface TaskField {
  readonly value: unknown;
  /** Place of the key, or of what the path below it leads to. */
  placeOf(path?: ConfigPath): SourcePlace;
}

export interface TaskSource {
  readonly file: string;
  readonly fields: ReadonlyMap<string, TaskField>;
  /** What of these a group gives. */
  readonly overrides?: ReadonlyMap<string, TaskField>;
}

const functionTag = (folder: string): ScalarTag => ({
  tag: '!function',
  resolve: (text) => new FunctionReference(text, folder),
});

/**
 * Reads a task file as lm-evaluation-harness does: YAML 1.1, with everything that `include` names, own keys winning.
 * @param folder says which files it may include
 * @throws AssayError CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_NOT_ALLOWED
 */
export async function readTaskSource(
  path: string,
  folder: ImportFolder,
  shownAs = path,
  seen: readonly string[] = [],
): Promise<TaskSource> {
  const file = resolve(path);
  if (seen.includes(file))
    throw new AssayError('CONFIG_SYNTAX', `${shownAs} includes itself`, { at: { file: shownAs } });
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AssayError('CONFIG_NOT_FOUND', `cannot read the task file ${shownAs}`, { at: { file: shownAs }, cause });
  });
  const { content, placeOf } = readYaml(text, shownAs, {
    version: '1.1',
    customTags: [functionTag(dirname(file))],
    // PyYAML takes the last of equal keys.
    uniqueKeys: false,
  });
  if (!isRecord(content)) throw new AssayError('CONFIG_SYNTAX', `${shownAs} is no task`, { at: { file: shownAs } });

  const fields = new Map<string, TaskField>();
  for (const included of [content.include ?? []].flat()) {
    if (typeof included !== 'string') continue;
    const beside = folder.at(dirname(file));
    const below = await readTaskSource(
      beside.file(included, placeOf(['include'])),
      beside,
      join(dirname(shownAs), included),
      [...seen, file],
    );
    for (const [key, field] of below.fields) if (key !== 'task_list') fields.set(key, field);
  }
  for (const [key, value] of Object.entries(content)) {
    if (key === 'include') continue;
    // What the task says wins over what it includes, and stands behind it.
    fields.delete(key);
    fields.set(key, { value, placeOf: (below = []) => placeOf([key, ...below]) });
  }
  return { file: shownAs, fields };
}
