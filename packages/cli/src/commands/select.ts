import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRun, gatherScores, REGISTRY_FOLDER, readRun, registerLocally, selectModel } from '@assay/core';
import { printable } from '../print/terminal.ts';

export interface SelectFlags {
  readonly score?: string;
  readonly tie?: 'significance' | 'first' | 'all';
  readonly prefer?: 'latency' | 'cost' | 'size' | 'order';
  readonly output?: string;
  readonly register?: string;
  readonly registry?: string;
}

/** Chooses the best model of a run and writes best_model.json, for pipelines; with `--register` it joins a group too. */
export async function select(name: string, flags: SelectFlags): Promise<number> {
  const folder = findRun(name);
  const run = await readRun(folder);
  const { output, register, registry = REGISTRY_FOLDER, ...config } = flags;
  const selection = selectModel(run.summary, await gatherScores(run.rows), config);
  const file = output ?? join(folder.path, 'best_model.json');
  const runner = run.summary.models.find((model) => model.name === selection.model)?.runner ?? '';
  await writeFile(file, `${JSON.stringify({ run: run.manifest.run, runner, ...selection }, null, 2)}\n`);
  process.stdout.write(`${printable(selection.model)}   ${printable(selection.reason)}\n${printable(file)}\n`);
  if (register === undefined) return 0;
  const { manifest, summary } = run;
  const { model, score } = selection;
  const entry = await registerLocally({ registry, group: register, model, manifest, summary, decidingScore: score });
  process.stdout.write(`registered as version ${entry.version} of ${register} (${entry.approval})\n`);
  return 0;
}
