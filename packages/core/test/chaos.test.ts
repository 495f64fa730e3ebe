import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from '@assay/metrics';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import type { RunPlan } from '../src/engine/run-plan.ts';
import { isAssayError } from '../src/errors/assay-error.ts';
import { planRun } from '../src/plan/plan-run.ts';
import { readRows } from '../src/results/read-run.ts';
import { runFolder } from '../src/results/run-folder.ts';
import type { Completion, Runner } from '../src/runner/runner.ts';
import { planOf, right, runnerOf, samples, summaryText } from './made-up-run.ts';

const SEED = 20261124;
const random = createGenerator(SEED);
const never = new AbortController().signal;
const injected = new Map<string, number>();
const few = samples.slice(0, 60);

let base: string;
let folders = 0;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-chaos-'));
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
  const total = [...injected.values()].reduce((sum, count) => sum + count, 0);
  const lines = [...injected].map(([fault, count]) => `${String(count).padStart(6)}  ${fault}`);
  process.stdout.write(`\nfaults injected (seed ${SEED}): ${total}\n${lines.join('\n')}\n`);
});

function inject(fault: string, count = 1): void {
  injected.set(fault, (injected.get(fault) ?? 0) + count);
}

function newFolder(): string {
  folders += 1;
  return join(base, String(folders), 'run');
}

function smallPlan(runner: Runner, changes: Partial<RunPlan> = {}): RunPlan {
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
async function trials(count: number, trial: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await trial(next++);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** Every sample of every model once, and the summary of an undisturbed run. */
async function expectWhole(run: string, summary: string, count: number): Promise<void> {
  expect(await summaryText(run)).toBe(summary);
  const indices: number[] = [];
  for await (const row of readRows(runFolder(run))) indices.push(row.index);
  expect(indices).toHaveLength(count);
  expect(new Set(indices).size).toBe(count);
}

/** A folder with what the disk held when the process was killed. */
async function killedRun(whole: string, journal: Uint8Array): Promise<string> {
  const run = newFolder();
  await mkdir(run, { recursive: true });
  await copyFile(join(whole, 'manifest.json'), join(run, 'manifest.json'));
  await writeFile(join(run, 'journal.jsonl'), journal);
  return run;
}

test('killed at 300 bytes of the journal, a run ends with the summary of a whole one', async () => {
  const whole = newFolder();
  await runEvaluation(smallPlan(runnerOf(right)), whole, {}, never);
  const summary = await summaryText(whole);
  const journal = await readFile(join(whole, 'journal.jsonl'));
  await trials(300, async () => {
    inject('killed at a byte of the journal');
    const cut = Math.floor(random.random() * journal.length);
    const run = await killedRun(whole, journal.subarray(0, cut));
    const runner = runnerOf(right);
    await runEvaluation(smallPlan(runner), run, {}, never);
    // Lines that were whole on disk are not asked again.
    const kept = journal.subarray(0, cut).toString().split('\n').length - 2;
    expect(runner.asked).toBe(few.length - Math.max(0, kept));
    await expectWhole(run, summary, few.length);
  });
}, 60_000);

test('bytes altered anywhere in the journal cost the samples of their lines another try, nothing else', async () => {
  const whole = newFolder();
  await runEvaluation(smallPlan(runnerOf(right)), whole, {}, never);
  const summary = await summaryText(whole);
  const journal = await readFile(join(whole, 'journal.jsonl'));
  await trials(150, async () => {
    inject('a byte of the journal altered');
    const altered = Buffer.from(journal);
    const at = Math.floor(random.random() * altered.length);
    altered[at] = altered[at]! ^ (1 + Math.floor(random.random() * 255));
    const run = await killedRun(whole, altered);
    await runEvaluation(smallPlan(runnerOf(right)), run, {}, never);
    await expectWhole(run, summary, few.length);
  });
}, 60_000);

test('runners that throw, repeat themselves, answer out of order and say what nobody asked change nothing', async () => {
  const whole = newFolder();
  await runEvaluation(smallPlan(runnerOf(right)), whole, {}, never);
  const summary = await summaryText(whole);
  await trials(60, async (number) => {
    const run = newFolder();
    const luck = createGenerator(SEED + number);
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { failures } = await runEvaluation(smallPlan(unruly(luck, attempt < 4)), run, {}, never);
        if (failures.size === 0) break;
        expect(String(failures.get('one'))).toContain('the model fell over');
      } catch (thrown) {
        // It fell over before anything was on disk.
        expect(String(thrown)).toContain('the model fell over');
      }
    }
    // The folder's name is the run's.
    await expectWhole(run, summary, few.length);
  });
}, 60_000);

function unruly(luck: ReturnType<typeof createGenerator>, mayThrow: boolean): Runner {
  const runner = runnerOf(right);
  const inOrder = runner.generate.bind(runner);
  runner.generate = async function* (prompts, options) {
    const held: Completion[] = [];
    for await (const completion of inOrder(prompts, options)) {
      const fate = luck.random();
      if (fate < 0.08) {
        inject('an answer given twice');
        yield completion;
      } else if (fate < 0.14) {
        inject('an answer that nobody asked for');
        yield { ...completion, id: `x${completion.id}` };
      } else if (fate < 0.3) {
        inject('an answer held back, out of order');
        held.push(completion);
        continue;
      } else if (fate < 0.31 && mayThrow) {
        inject('a runner that throws');
        throw new Error('the model fell over');
      }
      yield completion;
      if (held.length > 5) yield* held.splice(0).reverse();
    }
    yield* held.reverse();
  };
  return runner;
}

test('questions that are never answered end as failed, those that hang as timed out, and are counted', async () => {
  await trials(10, async (number) => {
    const luck = createGenerator(2 * SEED + number);
    let missing = 0;
    const silent = runnerOf((prompt, position) => {
      if (luck.random() < 0.1) {
        missing += 1;
        inject('a question without an answer');
        return undefined;
      }
      return right(prompt, position);
    });
    const { summary } = await runEvaluation(smallPlan(silent), newFolder(), {}, never);
    expect(summary.models[0]!.states).toMatchObject({ failed: missing, scored: few.length - missing });

    let hung = 0;
    const hanging = runnerOf(right);
    hanging.generate = async function* (prompts) {
      for await (const prompt of prompts) {
        if (luck.random() < 0.1) {
          hung += 1;
          inject('a question that hangs');
        } else yield right(prompt, 0)!;
      }
      await new Promise(() => {});
    };
    const late = await runEvaluation(smallPlan(hanging, { deadlineMs: 300 }), newFolder(), {}, never);
    expect(late.summary.models[0]!.states).toMatchObject({ timed_out: hung, scored: few.length - hung });
  });
}, 60_000);

test('a clock that jumps by hours changes no score and no state', async () => {
  const whole = newFolder();
  await runEvaluation(smallPlan(runnerOf(right)), whole, {}, never);
  const summary = await summaryText(whole);
  let now = 1_800_000_000_000;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => {
    inject('a jump of the clock');
    now += (random.random() - 0.5) * 1e8;
    return now;
  });
  try {
    const cache = { folder: join(base, 'jumping-cache') };
    await trials(4, async () => {
      const run = newFolder();
      await runEvaluation(smallPlan(runnerOf(right), { deadlineMs: 20_000, cache }), run, {}, never);
      await expectWhole(run, summary, few.length);
    });
  } finally {
    clock.mockRestore();
  }
}, 60_000);

test('of two processes on one run one is refused, and a lock left by a dead one is taken over', async () => {
  const whole = newFolder();
  await runEvaluation(smallPlan(runnerOf(right)), whole, {}, never);
  const summary = await summaryText(whole);
  await trials(20, async () => {
    const run = newFolder();
    await mkdir(run, { recursive: true });
    inject('a lock left by a dead process');
    const dead = { pid: 2 ** 22 + 1, host: (await import('node:os')).hostname(), startedAt: '1' };
    await writeFile(join(run, 'lock'), random.random() < 0.5 ? JSON.stringify(dead) : '{"pid":');
    inject('two runs in one folder');
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

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const place = join(tmpdir(), `assay-mount-${process.pid}`);
  try {
    execFileSync('mkdir', ['-p', place]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], { stdio: 'pipe' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!canMount())(
  'a full disk stops the run with what was scored on it (needs root, to mount a small tmpfs)',
  async () => {
    const whole = newFolder();
    await runEvaluation(smallPlan(runnerOf(right)), whole, {}, never);
    const summary = await summaryText(whole);
    for (const kilobytes of [4, 8, 12, 16, 20]) {
      const place = join(base, `disk-${kilobytes}`);
      await mkdir(place, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', place]);
      try {
        inject('a full disk');
        const run = join(place, 'run');
        const full = runEvaluation(smallPlan(runnerOf(right)), run, {}, never);
        await expect(full, `${kilobytes} KB`).rejects.toSatisfy(
          (thrown) => isAssayError(thrown) && thrown.code === 'RUN_DISK_FULL',
        );
        execFileSync('mount', ['-o', 'remount,size=8m', place]);
        await runEvaluation(smallPlan(runnerOf(right)), run, {}, never);
        await expectWhole(run, summary, few.length);
      } finally {
        execFileSync('umount', [place]);
      }
    }
  },
  60_000,
);

/** Outputs in a file, with rows that cannot be read, scored in ranges of some 40 rows. */
async function outputsPlan(place: string, scoring: RunPlan['scoring']): Promise<RunPlan> {
  await mkdir(place, { recursive: true });
  const rows = Array.from({ length: 600 }, (_, i) =>
    i % 97 === 13
      ? '{"question": torn'
      : JSON.stringify({
          question: `What is ${i}?`,
          answer: `number ${i}<OR>${i}`,
          output: `It is number ${i - (i % 3)}.`,
        }),
  );
  await writeFile(join(place, 'data.jsonl'), `${rows.join('\n')}\n`);
  const text = `
dataset: { input_data_location: data.jsonl, model_input_key: question, target_output_key: answer, model_output_key: output }
models: [{ name: outputs, runner: outputs }]
algorithms: [{ algorithm: qa_accuracy }, { algorithm: factual_knowledge }]
`;
  const loaded = requireValid(parseConfig(text, join(place, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
  const refuse = () => Promise.reject(new Error('nothing to open'));
  const plan = await planRun(loaded, { openRunner: refuse, openHelper: refuse });
  return { ...plan, scoring: { rangeBytes: 3000, threads: 1, ...scoring } };
}

test('scored ranges cut or altered at any byte are scored again, with one worker or two', async () => {
  const place = join(base, 'outputs');
  const whole = newFolder();
  await runEvaluation(await outputsPlan(place, {}), whole, {}, never);
  const summary = await summaryText(whole);
  const scored = JSON.parse(summary).models[0].states.scored as number;
  expect(scored).toBe(593);
  const journal = await readFile(join(whole, 'journal.jsonl'));
  for (let trial = 0; trial < 24; trial += 1) {
    const at = Math.floor(random.random() * journal.length);
    const disturbed = Buffer.from(trial % 2 === 0 ? journal.subarray(0, at) : journal);
    if (trial % 2 === 1) disturbed[at] = disturbed[at]! ^ 1;
    inject(trial % 2 === 0 ? 'killed within a scored range' : 'a byte of a scored range altered');
    const run = await killedRun(whole, disturbed);
    await runEvaluation(await outputsPlan(place, { threads: 1 + (trial % 2) }), run, {}, never);
    await expectWhole(run, summary, scored);
  }
}, 60_000);

test.each(['exit', 'memory'])(
  'scoring workers that die (%s) cost their range another try',
  async (how) => {
    const whole = newFolder();
    const place = join(base, `crash-${how}`);
    await runEvaluation(await outputsPlan(place, {}), whole, {}, never);
    if (how === 'memory') await writeFile(join(place, 'memory'), '');
    const worker = fileURLToPath(new URL('./crashing-score-worker.mjs', import.meta.url));
    const run = newFolder();
    const rangeBytes = how === 'memory' ? 20_000 : 6000;
    await runEvaluation(await outputsPlan(place, { worker, rangeBytes, maxOldMegabytes: 48 }), run, {}, never);
    const ranges = (await readFile(join(run, 'journal.jsonl'), 'utf8')).match(/"kind":"range"/g)!.length;
    inject(how === 'memory' ? 'a scoring worker out of memory' : 'a scoring worker that exits', ranges);
    await expectWhole(run, await summaryText(whole), 593);
  },
  60_000,
);

test('more than a thousand faults were injected', () => {
  const total = [...injected.values()].reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThan(1000);
});
