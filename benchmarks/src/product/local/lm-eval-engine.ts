import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIGURES, type Figures } from './figures.ts';
import { fewShot } from './workload.ts';

/** lm_eval with torch, in an environment of Python that `sh benchmarks/peers/setup-lm-eval.sh` makes. */
export interface LmEval {
  readonly python: string;
  readonly script: string;
}

export function hasLmEval({ python }: LmEval): boolean {
  return existsSync(python);
}

/** Log-probabilities of the choices of so many few-shot questions, on as many threads. Python itself takes the times. */
export async function scoreFewShot(
  { python, script }: LmEval,
  model: string,
  count: number,
  threads: number,
): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const requests = join(folder, 'requests.json');
    writeFileSync(requests, JSON.stringify(fewShot(count)));
    const out = execFileSync(python, [script, model, requests, String(threads)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return FIGURES.parse(JSON.parse(out.toString()));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
