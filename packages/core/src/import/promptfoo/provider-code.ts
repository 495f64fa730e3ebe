import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportedModel, Place, ProviderFiles } from './imported-model.ts';

type Keys = Readonly<Record<string, unknown>>;

const CODE_FILE = /^(?:file:\/\/|python:)?([^:]+\.(?:[cm]?[jt]s|py))(?::(\w+))?$/;

/** The file that a package of the config's folder begins with. */
function packageEntry(name: string, folder: string): string {
  try {
    return createRequire(join(folder, 'config.js')).resolve(name);
  } catch {
    return join('node_modules', name);
  }
}

/** A provider that is a package, or a file of JavaScript, TypeScript or Python; undefined for any other. */
export function codeProvider(
  id: string,
  settings: Keys,
  place: Place,
  findings: ImportFindings,
  { folder }: ProviderFiles,
): ImportedModel | undefined {
  const [, installed, exported] = /^package:((?:@[\w.-]+\/)?[\w.-]+):(\w+)$/.exec(id) ?? [];
  const [, path = installed === undefined ? undefined : packageEntry(installed, folder.path), name = exported] =
    CODE_FILE.exec(id) ?? [];
  if (path === undefined) return undefined;
  for (const other of Object.keys(settings)) {
    if (!['id', 'label', 'config', 'prompts', 'delay'].includes(other))
      findings.warn(`${other} of the provider ${id} is not carried over`, place(other));
  }
  const config = isRecord(settings.config) ? settings.config : undefined;
  if (JSON.stringify(config)?.includes('file://') === true)
    findings.warn(`config of the provider ${id} by file is not carried over`, place('config'));
  const label = typeof settings.label === 'string' ? settings.label : id;
  const prompts = Array.isArray(settings.prompts) ? { prompts: settings.prompts.map(String) } : {};
  try {
    const file = folder.file(path, place());
    if (!existsSync(file)) throw new AssayError('CONFIG_NOT_FOUND', `there is no file ${path}`, { at: place() });
    findings.note(`the provider ${id} is code that runs with --allow-code; read it before`, place());
    const provider = { id: label, ...(config === undefined ? {} : { config }) };
    const module = { file, ...(name === undefined ? {} : { export: name }), provider };
    return { name: label, keys: { runner: 'module', module }, parameters: {}, ...prompts };
  } catch (thrown) {
    findings.failure(thrown, place());
    return { name: label, keys: { runner: 'module', module: { file: path } }, parameters: {}, ...prompts };
  }
}
