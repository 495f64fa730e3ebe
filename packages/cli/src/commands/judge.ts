import { writeFile } from 'node:fs/promises';
import { AssayError, auditJudges, auditMarkdown, findRun, readRun } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';

export interface AuditFlags {
  readonly algorithm?: string;
  readonly agreement?: string;
  readonly risk?: string;
  readonly json?: boolean;
  readonly output?: string;
}

/** What a run shows of its judges, as Markdown or JSON; nobody is asked again. */
export async function audit(name: string, flags: AuditFlags): Promise<number> {
  const found = await auditJudges(await readRun(findRun(name)), {
    algorithm: flags.algorithm,
    agreement: share('--agreement', flags.agreement),
    risk: share('--risk', flags.risk),
  });
  const text = flags.json === true ? `${JSON.stringify(found, undefined, 1)}\n` : auditMarkdown(found);
  if (flags.output === undefined) process.stdout.write(text);
  else await writeFile(flags.output, text);
  return EXIT.passed;
}

function share(flag: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (value > 0 && value < 1) return value;
  throw new AssayError('USAGE', `${flag} must be a number between 0 and 1, found ${JSON.stringify(given)}`);
}
