import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SpeedLine } from '../speed-line.ts';
import { bestCost, processCost } from './process-cost.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const SAMPLES = 100_000;
const JOURNALED = 1_000_000;
const RUNS = 3;
const MOST_SECONDS = 8;
const MOST_MICROSECONDS = 40;
const RESUME_MS = 3_000;
/** Enough of a journal to know how long its lines are. */
const MEASURED_BYTES = 4 * 2 ** 20;

/** What a sample costs beside its model: a scripted runner, the journal on, one algorithm; the page's cost included. */
export async function sampleCost(
  folder: string,
  env: NodeJS.ProcessEnv,
  tell: (line: SpeedLine) => void,
): Promise<void> {
  writeScripted(folder, SAMPLES);
  let run = 0;
  const cost = (limit: number) =>
    bestCost(RUNS, () =>
      processCost(process.execPath, [...runArgs(join(folder, `samples-${run++}`)), '--limit', String(limit)], {
        cwd: folder,
        env,
      }),
    );
  const one = await cost(1);
  const all = await cost(SAMPLES);
  const microseconds = (1000 * (all.cpuMs - one.cpuMs)) / SAMPLES;
  tell({
    what: '100,000 scripted samples with journal, CPU a sample',
    figure: `${microseconds.toFixed(1)} µs above a run of one (${(all.cpuMs / 1000).toFixed(1)} s in all)`,
    goal: `${MOST_MICROSECONDS} µs`,
    reached: microseconds < MOST_MICROSECONDS,
  });
  tell({
    what: '100,000 scripted samples with journal, wall',
    figure: `${(all.wallMs / 1000).toFixed(1)} s`,
    goal: `${MOST_SECONDS} s`,
    reached: all.wallMs < 1000 * MOST_SECONDS,
  });
}

/** A run killed after a million samples, resumed: from the start of the process until its journal grows. */
export async function resumeStart(
  folder: string,
  env: NodeJS.ProcessEnv,
  tell: (line: SpeedLine) => void,
): Promise<void> {
  writeScripted(folder, JOURNALED + SAMPLES);
  const run = join(folder, 'resumed');
  const journal = join(run, 'journal.jsonl');
  const start = (extra: readonly string[]) =>
    spawn(process.execPath, [...runArgs(run), ...extra], { cwd: folder, env, stdio: 'ignore' });
  const first = start([]);
  await until(() => sizeOf(journal) > MEASURED_BYTES, 100);
  const wanted = 1.02 * JOURNALED * bytesPerLine(journal);
  await until(() => sizeOf(journal) > wanted, 100);
  await killed(first);
  const before = sizeOf(journal);
  const began = performance.now();
  const second = start(['--resume', run]);
  await until(() => sizeOf(journal) > before, 5);
  const waited = performance.now() - began;
  await killed(second);
  tell({
    what: 'resume of 1,000,000 journaled samples until new ones are on disk',
    figure: `${(waited / 1000).toFixed(2)} s (${(before / 1e6).toFixed(0)} MB of journal)`,
    goal: '3 s',
    reached: waited <= RESUME_MS,
  });
}

function runArgs(run: string): string[] {
  return [COMMAND, 'run', 'scripted.yaml', '--no-cache', '--display', 'none', '-o', run];
}

function writeScripted(folder: string, samples: number): void {
  writeLines(join(folder, 'scripted.jsonl'), samples, (i) => ({ q: `Question ${i}?`, a: `answer ${i}` }));
  writeLines(join(folder, 'scripted-answers.jsonl'), samples, (index) => ({ index, text: `It is answer ${index}.` }));
  const config = [
    'dataset: { input_data_location: scripted.jsonl, model_input_key: q, target_output_key: a }',
    'models: [{ name: scripted, scripted: { answers: scripted-answers.jsonl } }]',
    'algorithms: [{ algorithm: qa_accuracy }]',
  ];
  writeLines(join(folder, 'scripted.yaml'), 1, () => config.join('\n'));
}

/** Texts as they are, anything else as JSON; a few thousand lines at a time. */
function writeLines(file: string, count: number, line: (i: number) => unknown): void {
  const handle = openSync(file, 'w');
  let text = '';
  for (let i = 0; i < count; i++) {
    const value = line(i);
    text += `${typeof value === 'string' ? value : JSON.stringify(value)}\n`;
    if (text.length < 1 << 20 && i < count - 1) continue;
    writeSync(handle, text);
    text = '';
  }
  closeSync(handle);
}

function bytesPerLine(file: string): number {
  const bytes = Buffer.alloc(MEASURED_BYTES);
  const handle = openSync(file, 'r');
  readSync(handle, bytes, 0, MEASURED_BYTES, 0);
  closeSync(handle);
  return MEASURED_BYTES / bytes.filter((byte) => byte === 10).length;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function until(condition: () => boolean, everyMs: number): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, everyMs));
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
