import type { Finding } from '../../config/finding.ts';
import { ImportFindings } from '../findings.ts';
import { generationSettings } from './generation-settings.ts';
import { NEVER } from './import-by-python.ts';
import { TaskSettings } from './task-settings.ts';
import type { TaskSource } from './task-source.ts';

/**
 * What an import with an installed harness would tell of a task, as far as that shows without running it: its requests are made by
 * Python, and its answers are scored by it where ours cannot.
 * @param own what an import without Python tells, which stands where it is notes alone
 */
export function checkByPython(source: TaskSource, own: readonly Finding[]): readonly Finding[] {
  if (own.every(({ severity }) => severity === 'note')) return own;
  const findings = new ImportFindings();
  const settings = new TaskSettings(source, findings);
  for (const key of NEVER) {
    const field = settings.field(key);
    if (field !== undefined && field.value !== false)
      findings.error(`the task has ${key}, which nothing here asks or runs`, field.placeOf());
  }
  const made = settings.field('class');
  if (made !== undefined) findings.error('what a Python class scores by shows when it is run', made.placeOf());
  if ((settings.number('repeats') ?? 1) > 1) {
    findings.error('its code scores several answers to each row', settings.placeOf('repeats'));
  }
  const type = settings.outputType();
  if (type === 'generate_until') generationSettings(settings, findings);
  return findings.list;
}
