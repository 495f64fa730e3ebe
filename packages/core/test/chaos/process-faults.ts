import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runEvaluation } from '../../src/engine/run-evaluation.ts';
import { readRows } from '../../src/results/read-rows.ts';
import { runFolder } from '../../src/storage/run-folder.ts';
import { right, runnerOf, summaryText } from '../made-up-run.ts';
import { type Chaos, expectWhole, few, never, smallPlan, trials } from './chaos.ts';

const PROGRAM = fileURLToPath(new URL('./run-scripted.mjs', import.meta.url));
const SAMPLES = 300;

/** Processes that meet on one run folder, and that are killed. */
export function processFaults(chaos: Chaos): void {
  test('of two runs in one folder one is refused, and a lock left by a dead process is taken over', async () => {
    const { summary } = await chaos.undisturbed();
    await trials(20, async () => {
      const run = chaos.newFolder();
      await mkdir(run, { recursive: true });
      chaos.inject('a lock left by a dead process');
      const dead = { pid: 2 ** 22 + 1, host: hostname(), startedAt: '1' };
      await writeFile(join(run, 'lock'), chaos.random.random() < 0.5 ? JSON.stringify(dead) : '{"pid":');
      chaos.inject('two runs of one process in one folder');
      const both = await Promise.allSettled([
        runEvaluation(smallPlan(runnerOf(right)), run, {}, never),
        runEvaluation(smallPlan(runnerOf(right)), run, {}, never),
      ]);
      const refused = both.filter((end) => end.status === 'rejected');
      expect(refused.length).toBeLessThanOrEqual(1);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'RUN_LOCKED' });
      await expectWhole(run, summary, few.length);
    });
  }, 60_000);

  test('of two processes on one run one goes on alone; killed, the run goes on in the next', async () => {
    const data = chaos.place('scripted');
    await mkdir(data, { recursive: true });
    const rows = Array.from({ length: SAMPLES }, (_, i) => JSON.stringify({ q: `Question ${i}?`, a: `word${i % 7}` }));
    await writeFile(join(data, 'data.jsonl'), rows.join('\n'));
    const whole = chaos.newFolder();
    expect(await runProcess(data, whole, 0).ended).toBe('finished');
    const summary = await summaryText(whole);
    for (let trial = 0; trial < 4; trial += 1) {
      const run = chaos.newFolder();
      // Its answers take a while: the other one meets it in the middle, and so does the kill.
      const first = runProcess(data, run, 30);
      await journalBegins(run);
      chaos.inject('two processes on one run');
      expect(await runProcess(data, run, 0).ended).toBe('RUN_LOCKED');
      chaos.inject('a process killed in the middle of a run');
      first.kill();
      expect(await first.ended).toBe('killed');
      expect(await runProcess(data, run, 0).ended).toBe('finished');
      expect(await summaryText(run)).toBe(summary);
      const indices = new Set<number>();
      for await (const { index } of readRows(runFolder(run))) indices.add(index);
      expect(indices.size).toBe(SAMPLES);
    }
  }, 120_000);
}

/** Waits until a run has samples on disk. */
async function journalBegins(run: string): Promise<void> {
  for (;;) {
    const journal = await readFile(join(run, 'journal.jsonl'), 'utf8').catch(() => '');
    if (journal.includes('"kind":"sample"')) return;
    await sleep(20);
  }
}

/** A process that runs the data of a folder, each answer after `delayMs`. */
function runProcess(data: string, run: string, delayMs: number): { readonly ended: Promise<string>; kill(): void } {
  const child = spawn(process.execPath, [PROGRAM, data, run, String(delayMs)], { cwd: dirname(PROGRAM) });
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  const ended = new Promise<string>((resolve) => {
    child.on('close', (_, signal) => resolve(signal === 'SIGKILL' ? 'killed' : told.trim()));
  });
  return { ended, kill: () => void child.kill('SIGKILL') };
}
