import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assayVersion } from '../assay-version.ts';

/**
 * What is worth knowing of a fault of assay's own: versions and the places of its stack. No message and no arguments, which
 * may hold texts, paths or keys.
 * @returns where it was written; undefined where it could not be
 */
export function writeCrashReport(thrown: unknown): string | undefined {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const report = {
    error: thrown instanceof Error ? thrown.name : typeof thrown,
    code: (thrown as { code?: unknown } | null)?.code ?? null,
    stack: stack.split('\n').flatMap((line) => /^\s+at (.*)$/.exec(line)?.[1] ?? []),
    command: process.argv[2] ?? null,
    versions: { assay: assayVersion(), node: process.version },
    platform: `${process.platform}-${process.arch}`,
    at: new Date().toISOString(),
  };
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'assay-fault-')), 'report.json');
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
    return file;
  } catch {
    return undefined;
  }
}
