import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { sharedStorage } from '../storage/node-storage.ts';
import type { ImportedEvaluation } from './imported-evaluation.ts';

/** The prepared rows of an imported evaluation, beside its config. */
export const IMPORTED_DATA = 'data.jsonl';

/**
 * Writes `evaluation_config.yaml` and `data.jsonl` into the folder, or each evaluation into a folder of its own below it
 * where there are several. Those with an error are left out. @returns the configs that were written
 */
export async function writeImported(evaluations: readonly ImportedEvaluation[], folder: string): Promise<string[]> {
  const written: string[] = [];
  for (const { name, source, config, rows, files = {} } of evaluations) {
    if (config === undefined) continue;
    const own = evaluations.length === 1 ? folder : join(folder, folderName(name));
    await sharedStorage.makeFolder(own);
    const file = join(own, 'evaluation_config.yaml');
    await writeFile(join(own, IMPORTED_DATA), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    for (const [beside, text] of Object.entries(files)) await writeFile(join(own, beside), text);
    await writeFile(
      file,
      `# ${source} as imported by assay; docs/import.md says what maps to what.\n${yamlOf(config)}`,
    );
    written.push(file);
  }
  return written;
}

/** A name may be anything: no folder above is meant by it. */
function folderName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '_');
}

function yamlOf(config: Readonly<Record<string, unknown>>): string {
  return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}
