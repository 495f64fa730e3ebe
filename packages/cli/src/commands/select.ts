import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRun, gatherScores, readRun, selectModel } from '@assay/core';
import { printable } from '../print/terminal.ts';

export interface SelectFlags {
  readonly score?: string;
  readonly tie?: 'significance' | 'first' | 'all';
  readonly prefer?: 'latency' | 'cost' | 'size' | 'order';
  readonly output?: string;
}

/** Chooses the best model of a run and writes best_model.json, for pipelines. */
export async function select(name: string, flags: SelectFlags): Promise<number> {
  const folder = findRun(name);
  const run = await readRun(folder);
  const { output, ...config } = flags;
  const selection = selectModel(run.summary, await gatherScores(run.rows), config);
  const file = output ?? join(folder.path, 'best_model.json');
  const runner = run.summary.models.find((model) => model.name === selection.model)?.runner ?? '';
  await writeFile(file, `${JSON.stringify({ run: run.manifest.run, runner, ...selection }, null, 2)}\n`);
  process.stdout.write(`${printable(selection.model)}   ${printable(selection.reason)}\n${printable(file)}\n`);
  return 0;
}
