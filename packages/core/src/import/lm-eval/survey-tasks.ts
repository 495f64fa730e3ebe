import { relative } from 'node:path';
import fastGlob from 'fast-glob';
import type { Finding } from '../../config/finding.ts';
import { ImportFindings } from '../findings.ts';
import { ImportFolder } from '../import-folder.ts';
import { checkByPython } from './check-by-python.ts';
import { importTask } from './import-task.ts';
import { PythonFunctions } from './python-functions.ts';
import { isGroup } from './task-index.ts';
import { readTaskSource } from './task-source.ts';

/** A file below a folder of tasks: a task with what an import of it would tell, or a group. */
export type SurveyedFile =
  | { readonly file: string; readonly kind: 'task'; readonly findings: readonly Finding[] }
  | { readonly file: string; readonly kind: 'group' };

/**
 * Looks at every task file below a folder as an import without rows would, one after the other, by path.
 * @param allowPython whether as one by an installed harness would, as far as that shows without running it
 */
export async function* surveyTasks(path: string, allowPython = false): AsyncGenerator<SurveyedFile> {
  const folder = ImportFolder.of(path);
  const functions = new PythonFunctions(folder);
  const files = await fastGlob('**/*.yaml', { cwd: path, absolute: true });
  for (const file of files.sort()) {
    const findings = new ImportFindings();
    const shown = relative(path, file);
    const source = await readTaskSource(file, folder, shown).catch((thrown: unknown) => {
      findings.failure(thrown, { file: shown });
      return undefined;
    });
    if (source === undefined) yield { file: shown, kind: 'task', findings: findings.list };
    else if (isGroup(source)) yield { file: shown, kind: 'group' };
    else if (source.fields.has('task') || source.fields.has('class')) {
      const options = { data: [], model: 'any', cwd: path, functions, folder, checksOnly: true };
      const { findings: own } = await importTask(source, options);
      yield { file: shown, kind: 'task', findings: allowPython ? checkByPython(source, own) : own };
    }
  }
}
