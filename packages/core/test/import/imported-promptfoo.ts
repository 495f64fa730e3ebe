import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ImportedEvaluation } from '../../src/import/imported-evaluation.ts';
import { type ImportPromptfooOptions, importPromptfoo } from '../../src/import/promptfoo/import-promptfoo.ts';

type Made = ImportedEvaluation & {
  /** What it tells, but for notes. */
  readonly told: readonly string[];
  readonly notes: readonly string[];
  readonly models: readonly Readonly<Record<string, unknown>>[];
  readonly algorithm: Readonly<Record<string, unknown>>;
  readonly folder: string;
};

/** An import of a promptfoo config with files beside it. */
export async function importedPromptfoo(
  text: string,
  files: Readonly<Record<string, string | Buffer>> = {},
  options: ImportPromptfooOptions = {},
): Promise<Made> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-promptfoo-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries({ 'p.yaml': text, ...files }))
    await writeFile(join(folder, name), content);
  const evaluation = await importPromptfoo('p.yaml', { cwd: folder, env: {}, ...options });
  const messages = (isNote: boolean) =>
    evaluation.findings.filter(({ severity }) => (severity === 'note') === isNote).map(({ message }) => message);
  const config = (evaluation.config ?? {}) as {
    models?: [];
    algorithms?: readonly Readonly<Record<string, unknown>>[];
  };
  return {
    ...evaluation,
    ...{ told: messages(false), notes: messages(true), folder },
    ...{ models: config.models ?? [], algorithm: config.algorithms?.[0] ?? {} },
  };
}
