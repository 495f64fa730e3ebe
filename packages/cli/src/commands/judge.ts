import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { AssayError, auditJudges, auditMarkdown, findRun, readRun } from 'assay/internal';
import type { JudgeAudit } from 'assay/internal/report';
import { EXIT } from '../exit-codes.ts';

export interface AuditFlags {
  readonly algorithm?: string;
  readonly agreement?: string;
  readonly risk?: string;
  readonly format?: AuditFormat;
  readonly output?: string;
}

export type AuditFormat = 'md' | 'html' | 'json';

/** By a file's ending, where no format is named. */
const BY_ENDING: Readonly<Record<string, AuditFormat>> = { '.html': 'html', '.htm': 'html', '.json': 'json' };

/** What a run shows of its judges, as Markdown, a page or JSON; nobody is asked again. */
export async function audit(name: string, flags: AuditFlags): Promise<number> {
  const found = await auditJudges(await readRun(findRun(name)), {
    algorithm: flags.algorithm,
    agreement: share('--agreement', flags.agreement),
    risk: share('--risk', flags.risk),
  });
  const text = await written(found, flags.format ?? BY_ENDING[extname(flags.output ?? '').toLowerCase()] ?? 'md');
  if (flags.output === undefined) process.stdout.write(text);
  else await writeFile(flags.output, text);
  return EXIT.passed;
}

async function written(found: JudgeAudit, format: AuditFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(found, undefined, 1)}\n`;
  if (format === 'md') return auditMarkdown(found);
  return (await import('assay/internal/report')).auditDocument(found);
}

function share(flag: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (value > 0 && value < 1) return value;
  throw new AssayError('USAGE', `${flag} must be a number between 0 and 1, found ${JSON.stringify(given)}`);
}
