import type { ImportFindings } from '../findings.ts';
import { compileJinja } from './jinja-template.ts';
import type { PythonFunctions } from './python-functions.ts';
import { functionsIn, type TaskSettings } from './task-settings.ts';
import type { TaskField } from './task-source.ts';

const TEMPLATES = ['doc_to_text', 'doc_to_target', 'doc_to_choice', 'description', 'gen_prefix'] as const;

/** Functions and templates of a task, as far as they can be judged without a row. */
export function checkFunctionsAndTemplates(
  settings: TaskSettings,
  functions: PythonFunctions,
  findings: ImportFindings,
): void {
  for (const key of [...TEMPLATES, 'process_docs', 'fewshot_config']) {
    const field = settings.field(key);
    if (field === undefined) continue;
    for (const reference of functionsIn(field.value)) {
      attempt(field, findings, () => functions.check(reference, field.placeOf()));
    }
  }
  const examples = settings.record('fewshot_config');
  for (const key of TEMPLATES) {
    for (const value of [settings.field(key)?.value, examples[key]]) {
      const field = settings.field(key) ?? settings.field('fewshot_config');
      if (typeof value === 'string' && field !== undefined) {
        attempt(field, findings, () => void compileJinja(value, field.placeOf()));
      }
    }
  }
}

function attempt(field: TaskField, findings: ImportFindings, run: () => void): void {
  try {
    run();
  } catch (thrown) {
    findings.failure(thrown, field.placeOf());
  }
}
