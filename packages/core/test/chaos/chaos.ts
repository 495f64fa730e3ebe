import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGenerator } from '@assay/metrics';
import { expect } from 'vitest';
import { runEvaluation } from '../../src/engine/run-evaluation.ts';
import type { RunPlan } from '../../src/engine/run-plan.ts';
import { readRows } from '../../src/results/read-rows.ts';
import type { Runner } from '../../src/runner/runner.ts';
import { runFolder } from '../../src/storage/run-folder.ts';
import { planOf, right, runnerOf, samples, summaryText } from '../made-up-run.ts';

export const SEED = 20261124;
export const never: AbortSignal = new AbortController().signal;
/** What most trials run: small, for there are hundreds. */
export const few = samples.slice(0, 60);

/** What the suites of faults share: a place, luck that repeats itself, and the count of what they did. */
export class Chaos {
  readonly random = createGenerator(SEED);
  readonly injected = new Map<string, number>();
  #base = '';
  #folders = 0;

  async open(): Promise<void> {
    this.#base = await mkdtemp(join(tmpdir(), 'assay-chaos-'));
  }

  async close(): Promise<void> {
    await rm(this.#base, { recursive: true, force: true });
    const lines = [...this.injected].map(([fault, count]) => `${String(count).padStart(6)}  ${fault}`);
    process.stdout.write(`\nfaults injected (seed ${SEED}): ${this.total}\n${lines.join('\n')}\n`);
  }

  get total(): number {
    return [...this.injected.values()].reduce((sum, count) => sum + count, 0);
  }

  inject(fault: string, count = 1): void {
    this.injected.set(fault, (this.injected.get(fault) ?? 0) + count);
  }

  /** A path of its own; its last part is the run's name, the same for all. */
  newFolder(): string {
    this.#folders += 1;
    return join(this.#base, String(this.#folders), 'run');
  }

  place(name: string): string {
    return join(this.#base, name);
  }

  /** A whole number below `end`. */
  below(end: number): number {
    return Math.floor(this.random.random() * end);
  }

  /** An undisturbed run of `plan` and its summary. */
  async undisturbed(plan: RunPlan = smallPlan(runnerOf(right))): Promise<{ whole: string; summary: string }> {
    const whole = this.newFolder();
    await runEvaluation(plan, whole, {}, never);
    return { whole, summary: await summaryText(whole) };
  }

  /** A folder with what the disk held when the process was killed. */
  async killedRun(whole: string, journal: Uint8Array): Promise<string> {
    const run = this.newFolder();
    await mkdir(run, { recursive: true });
    await copyFile(join(whole, 'manifest.json'), join(run, 'manifest.json'));
    await writeFile(join(run, 'journal.jsonl'), journal);
    return run;
  }
}

export function smallPlan(runner: Runner, changes: Partial<RunPlan> = {}): RunPlan {
  const dataset = {
    name: 'made-up',
    total: few.length,
    files: [],
    async *samples() {
      yield* few;
    },
  };
  return planOf(runner, { dataset, ...changes });
}

/** Runs trials some at a time: most of their time is waiting for the disk. */
export async function trials(count: number, trial: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await trial(next++);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** Every sample of every model once, and the summary of an undisturbed run. */
export async function expectWhole(run: string, summary: string, count: number): Promise<void> {
  expect(await summaryText(run)).toBe(summary);
  const indices: number[] = [];
  for await (const row of readRows(runFolder(run))) indices.push(row.index);
  expect(indices).toHaveLength(count);
  expect(new Set(indices).size).toBe(count);
}
