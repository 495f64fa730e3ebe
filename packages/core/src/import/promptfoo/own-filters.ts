import { existsSync } from 'node:fs';
import { runJavascript } from '../../algorithms/code-worker.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ProviderFiles } from './imported-model.ts';
import type { NunjucksFilter, NunjucksFilters } from './nunjucks-template.ts';

/** How long a filter may take on one value. */
const FILTER_MS = 10_000;

/** `nunjucksFilters`: JavaScript by file, each run in a thread of its own where code may run. */
export function filtersOf(
  written: unknown,
  { folder, allowCode }: ProviderFiles,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  findings: ImportFindings,
): NunjucksFilters {
  const filters = new Map<string, NunjucksFilter>();
  for (const [name, path] of Object.entries(isRecord(written) ? written : {})) {
    const at = placeOf(['nunjucksFilters', name]);
    if (!allowCode) {
      const hint = 'read it; pass --allow-code to let the import run it';
      findings.error(`the filter ${name} is code, which is not run`, at, hint);
      continue;
    }
    try {
      const file = folder.file(String(path).replace(/^file:\/\//, ''), at);
      if (!existsSync(file)) throw new AssayError('CONFIG_NOT_FOUND', `there is no file ${path}`, { at });
      filters.set(name, (...given) => filtered(file, given));
    } catch (thrown) {
      findings.failure(thrown, at);
    }
  }
  return filters;
}

/** @throws Error where it throws, or does not end */
function filtered(file: string, given: readonly unknown[]): unknown {
  const result = runJavascript({ file, given, output: undefined, context: undefined }, FILTER_MS);
  if (!result.ok) throw new Error(result.message);
  return result.value;
}
