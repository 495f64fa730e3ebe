import { existsSync, readFileSync } from 'node:fs';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { readYaml } from '../read-yaml.ts';
import { importedValue } from './import-code.ts';
import type { ProviderFiles } from './imported-model.ts';

const DATA = /^file:\/\/(.+\.(?:ya?ml|json|txt|md))$/;
const CODE = /^file:\/\/(.+\.(?:[cm]?js|py)(?::\w+)?)$/;

/**
 * A provider's settings with the files in them that hold settings: YAML and JSON are read, what JavaScript or Python makes is
 * asked for where code may run. A file that is not there is told and left as it is named.
 */
export async function withConfigFiles(
  value: unknown,
  files: ProviderFiles,
  at: SourcePlace,
  findings: ImportFindings,
): Promise<unknown> {
  if (typeof value === 'string') return fileValue(value, files, at, findings);
  if (Array.isArray(value)) return Promise.all(value.map((each) => withConfigFiles(each, files, at, findings)));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(
    async ([key, each]) => [key, await withConfigFiles(each, files, at, findings)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function fileValue(
  written: string,
  { folder, allowCode }: ProviderFiles,
  at: SourcePlace,
  findings: ImportFindings,
): Promise<unknown> {
  const [, data] = DATA.exec(written) ?? [];
  const [, code] = CODE.exec(written) ?? [];
  if (data === undefined && (code === undefined || !allowCode)) return written;
  try {
    if (code !== undefined) return await importedValue(code, [], folder, at, 'get_config');
    const file = folder.file(data!, at);
    if (!existsSync(file)) throw new AssayError('CONFIG_NOT_FOUND', `there is no file ${data}`, { at });
    const text = readFileSync(file, 'utf8');
    return /\.(?:txt|md)$/.test(file) ? text.trim() : readYaml(text, folder.shown(file)).content;
  } catch (thrown) {
    findings.failure(thrown, at);
    // What is not there to be looked at asks for nothing.
    return findings.hasAbsent ? undefined : written;
  }
}
