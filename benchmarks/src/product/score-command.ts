import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProcessCost, processCost } from '../overhead/process-cost.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));

/** What each measurement of `assay score` needs. */
export interface ScoreBench {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly runs: number;
}

/** @param onEnd looks at the run's folder before it goes */
export function score(
  bench: ScoreBench,
  data: string,
  args: readonly string[],
  onEnd?: (run: string) => void,
): Promise<ProcessCost> {
  const keys = ['--model-input-key', 'q', '--target-output-key', 'a', '--model-output-key', 'o'];
  const command = [COMMAND, 'score', data, ...keys, ...args, '--display', 'none'];
  return inRunFolder(bench, (run) => [...command, '-o', run], onEnd);
}

let runs = 0;

/** Node's cost with a run folder of its own, which is removed: ten million rows leave gigabytes. */
export async function inRunFolder(
  { folder, env }: ScoreBench,
  argsOf: (run: string) => readonly string[],
  onEnd?: (run: string) => void,
): Promise<ProcessCost> {
  const run = join(folder, `run-${runs++}`);
  try {
    const cost = await processCost(process.execPath, argsOf(run), { cwd: folder, env });
    onEnd?.(run);
    return cost;
  } finally {
    rmSync(run, { recursive: true, force: true });
  }
}
