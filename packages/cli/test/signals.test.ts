import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Finished, type ScriptedProject, scriptedProject, startAssay } from './assay.ts';

/** It should be two seconds, which a busy machine cannot tell; what never ends is what this finds. The time is printed. */
const LONGEST_MS = 15_000;

async function project(samples = 40, delayMs = 0): Promise<ScriptedProject> {
  const made = await scriptedProject(samples, delayMs);
  onTestFinished(made.remove);
  return made;
}

/** Sends a signal once `isReady`, and looks that the process ends in time. */
async function endedBy(
  signal: NodeJS.Signals,
  { child, finished }: ReturnType<typeof startAssay>,
  isReady: () => boolean | Promise<boolean>,
): Promise<Finished> {
  const early = finished.then((ended) => {
    throw new Error(`it ended before it was told to: ${ended.stderr}`);
  });
  early.catch(() => {});
  const ready = (async () => {
    while (!(await isReady())) await sleep(20);
  })();
  await Promise.race([ready, early]);
  const startedAt = performance.now();
  child.kill(signal);
  const late = sleep(LONGEST_MS, 'late', { ref: false });
  const ended = await Promise.race([finished, late]);
  if (ended === 'late') child.kill('SIGKILL');
  expect(ended, `${signal} after ${LONGEST_MS} ms`).not.toBe('late');
  console.info(`${expect.getState().currentTestName}: ${Math.round(performance.now() - startedAt)} ms`);
  return finished;
}

/** A server that takes requests and answers none of them. */
async function silentServer(): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer(() => {
    asked += 1;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

async function withModel({ config }: ScriptedProject, model: string): Promise<void> {
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace(/models:.*algorithms/s, `models:\n  - name: m\n    ${model}\nalgorithms`));
}

/** One that is dead and that nobody has waited for runs no longer. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat !== undefined) return !/\) Z /.test(stat);
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends a run whose server is silent',
  async (signal) => {
    const made = await project();
    const { url, asked } = await silentServer();
    await withModel(made, `openai: { base_url: "${url}/v1", model: m }`);
    const started = startAssay(['run', made.config, '-o', 'run'], made.folder);
    const { code, stderr } = await endedBy(signal, started, () => asked() > 0);
    expect(code).toBe(130);
    expect(stderr).toContain('Continue with: assay run');
  },
  60_000,
);

/** Answers nothing, heeds no polite end, and says its number. */
const STUBBORN = `process.on('SIGTERM', () => {});
require('fs').writeFileSync('pid', String(process.pid));
setInterval(() => {}, 1000);`;

test('a command that heeds nothing is ended with the run', async () => {
  const made = await project();
  await writeFile(join(made.folder, 'model.cjs'), STUBBORN);
  await withModel(made, 'exec: { command: [node, model.cjs] }');
  const started = startAssay(['run', made.config, '-o', 'run', '--allow-code'], made.folder);
  const pid = async () => Number(await readFile(join(made.folder, 'pid'), 'utf8').catch(() => '0'));
  const { code } = await endedBy('SIGTERM', started, async () => (await pid()) > 0);
  expect(code).toBe(130);
  await vi.waitFor(async () => expect(await isRunning(await pid())).toBe(false), LONGEST_MS);
}, 60_000);

test("a module of one's own that never answers is left behind", async () => {
  const made = await project();
  await writeFile(
    join(made.folder, 'model.mjs'),
    `import { writeFileSync } from 'node:fs';
export default () => { writeFileSync('asked', ''); setInterval(() => {}, 1000); return new Promise(() => {}); };`,
  );
  await withModel(made, 'module: { file: model.mjs }');
  const started = startAssay(['run', made.config, '-o', 'run', '--allow-code'], made.folder);
  const { code, stderr } = await endedBy('SIGTERM', started, async () =>
    (await readdir(made.folder)).includes('asked'),
  );
  expect(code).toBe(130);
  expect(stderr).toContain('Continue with: assay run');
}, 60_000);

/** A model that answers five prompts, and the next one never: not even a signal gets in. */
const ENDLESS = `import { existsSync, appendFileSync, writeFileSync } from 'node:fs';
let asked = 0;
export default ({ text }) => {
  asked += 1;
  if (asked > 5 && existsSync('loop')) { writeFileSync('looping', ''); for (;;); }
  appendFileSync('asked', '.');
  return text;
};`;

const isLooping = (folder: string) => async () => (await readdir(folder)).includes('looping');

test.each(['SIGTERM', 'SIGINT'] as const)(
  "%s ends a module of one's own in an endless loop, and what it answered before is kept",
  async (signal) => {
    const made = await project();
    await writeFile(join(made.folder, 'model.mjs'), ENDLESS);
    await writeFile(join(made.folder, 'loop'), '');
    await withModel(made, 'module: { file: model.mjs }');
    const args = ['run', made.config, '--allow-code', '--no-cache'];
    const started = startAssay([...args, '-o', 'run'], made.folder);
    const { code, stderr } = await endedBy(signal, started, isLooping(made.folder));
    expect(code).toBe(130);
    expect(stderr).toMatch(/^RUN_INTERRUPTED {2}the code that the config names did not stop/m);
    const journaled =
      (await readFile(join(made.folder, 'run', 'journal.jsonl'), 'utf8')).match(/"kind":"sample"/g) ?? [];
    await rm(join(made.folder, 'loop'));
    await writeFile(join(made.folder, 'asked'), '');
    const again = await startAssay([...args, '--resume', 'run'], made.folder).finished;
    expect(again.code, again.stderr).toBe(0);
    expect((await readFile(join(made.folder, 'asked'), 'utf8')).length).toBe(40 - journaled.length);
  },
  90_000,
);

/** Processes that hold a folder as their working folder (Linux). */
async function workingIn(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const places = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, at) => places[at] === folder);
}

test.skipIf(process.platform !== 'linux').each([
  ['run', []],
  ['pipeline', ['run', '--local']],
])(
  'code in an endless loop ends with a %s that is killed',
  async (command, more) => {
    const made = await project();
    await writeFile(join(made.folder, 'model.mjs'), ENDLESS.replaceAll("'l", "process.env.HERE + '/l"));
    await writeFile(join(made.folder, 'loop'), '');
    await withModel(made, 'module: { file: model.mjs }');
    const args = [command, ...more, made.config, '--allow-code', '--no-cache', '-o', 'all'];
    const allowed = command === 'run' ? args : args.filter((arg) => arg !== '--no-cache');
    const started = startAssay(allowed, made.folder, { HERE: made.folder });
    started.finished.catch(() => {});
    await vi.waitFor(async () => expect(await isLooping(made.folder)()).toBe(true), 60_000);
    expect(await workingIn(made.folder)).not.toEqual([]);
    started.child.kill('SIGKILL');
    // Who was started is gone at once; what it had started follows.
    await vi.waitFor(async () => expect(await workingIn(made.folder)).toEqual([]), 60_000);
    await noSteps(made.folder);
  },
  150_000,
);

test.each([
  ['while it is loaded', "import { writeFileSync } from 'node:fs';\nwriteFileSync('looping', '');\nfor (;;);\n"],
  [
    'while it scores',
    `import { writeFileSync } from 'node:fs';
export default { name: 'mine', needs: () => ['model_input'], signature: () => 'v1',
  scores: () => ({ s: { range: [0, 1], better: 'higher', kind: 'bounded', summary: 's' } }),
  score: () => { writeFileSync('looping', ''); for (;;); } };
`,
  ],
])(
  "an algorithm of one's own that never ends is ended %s",
  async (_, module) => {
    const made = await project();
    await writeFile(join(made.folder, 'mine.mjs'), module);
    const text = await readFile(made.config, 'utf8');
    await writeFile(
      made.config,
      text.replace(/algorithms:.*/s, 'algorithms: [{ algorithm: mine, module: ./mine.mjs }]\n'),
    );
    const started = startAssay(['run', made.config, '-o', 'run'], made.folder, { ASSAY_ALLOW_CODE: 'true' });
    const { code } = await endedBy('SIGTERM', started, isLooping(made.folder));
    expect(code).toBe(130);
  },
  60_000,
);

test('a step of a local pipeline whose module never ends is ended with it', async () => {
  const made = await project();
  await writeFile(join(made.folder, 'model.mjs'), ENDLESS.replaceAll("'l", "process.env.HERE + '/l"));
  await writeFile(join(made.folder, 'loop'), '');
  await withModel(made, 'module: { file: model.mjs }');
  const args = ['pipeline', 'run', '--local', made.config, '--allow-code', '-o', 'all'];
  const started = startAssay(args, made.folder, { HERE: made.folder });
  const { code } = await endedBy('SIGTERM', started, isLooping(made.folder));
  expect(code).toBe(130);
  await noSteps(made.folder);
}, 90_000);

/** Texts that keep a metric busy for a while each. */
async function slowOutputs(folder: string, rows: number, characters: number): Promise<string> {
  const text = (seed: number) =>
    Array.from({ length: characters / 6 }, (_, i) => ((i * 7919 + seed) % 99_991).toString().padStart(5, '0')).join(
      ' ',
    );
  const lines = Array.from({ length: rows }, (_, i) =>
    JSON.stringify({ question: 'x', answer: text(i), output: text(i + 17) }),
  );
  await writeFile(join(folder, 'slow.jsonl'), `${lines.join('\n')}\n`);
  return 'slow.jsonl';
}

const SCORE = ['--model-input-key', 'question', '--target-output-key', 'answer', '--model-output-key', 'output'];

test.each([
  ['in this thread', 12, 60_000, 'translation'],
  ['in other threads', 120, 60_000, 'translation'],
  ['with a helper model', 40, 12_000, 'summarization_accuracy'],
])(
  'a slow metric ends %s',
  async (_, rows, characters, algorithm) => {
    const { folder } = await project();
    const file = await slowOutputs(folder, rows, characters);
    const started = startAssay(['score', file, '--algorithms', algorithm, ...SCORE, '-o', 'run'], folder);
    const { code } = await endedBy('SIGTERM', started, async () =>
      (await readdir(join(folder, 'run')).catch(() => [''])).includes('journal.jsonl'),
    );
    expect(code).toBe(130);
  },
  60_000,
);

test('view and an open connection', async () => {
  const { folder, config } = await project(2);
  await startAssay(['run', config], folder).finished;
  const started = startAssay(['view', '.', '--port', '0'], folder);
  const url = await firstLine(started.child);
  const socket = connect(Number(/:(\d+)\//.exec(url)?.[1]), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  const { code } = await endedBy('SIGTERM', started, () => true);
  expect(code).toBe(0);
}, 60_000);

test('serve and a connection that says nothing; what is under way is told', async () => {
  const { folder } = await project();
  const started = startAssay(['serve', 'SmolLM2-135M-Instruct', '--port', '0'], folder);
  const url = await firstLine(started.child);
  const socket = connect(Number(/:(\d+)\/v1/.exec(url)?.[1]), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  const { code, stderr } = await endedBy('SIGINT', started, () => true);
  expect(code).toBe(0);
  expect(stderr).toContain('stopping: what runs is finished first');
}, 120_000);

test('a local pipeline ends, and its steps with it', async () => {
  const made = await project();
  const { url, asked } = await silentServer();
  await withModel(made, `openai: { base_url: "${url}/v1", model: m }`);
  const started = startAssay(['pipeline', 'run', '--local', made.config, '-o', 'all'], made.folder);
  const { code, stderr } = await endedBy('SIGTERM', started, () => asked() > 0);
  expect(code).toBe(130);
  expect(stderr).toContain('Continue with the same command and -o all');
  await noSteps(made.folder);
}, 90_000);

test('steps of a local pipeline that is killed end with it, and another goes on where they were', async () => {
  const made = await project(30, 1_000);
  const started = startAssay(['pipeline', 'run', '--local', made.config, '-o', 'all'], made.folder);
  const isJournal = async () =>
    (await readdir(made.folder, { recursive: true })).some((name) => name.endsWith('journal.jsonl'));
  await endedBy('SIGKILL', started, async () => (await isJournal()) && (await stepsOf(made.folder)).length > 0);
  await noSteps(made.folder);
  const text = (await readFile(made.config, 'utf8')).replaceAll('delay_ms: 1000', 'delay_ms: 0');
  await writeFile(made.config, text);
  const again = await startAssay(['pipeline', 'run', '--local', made.config, '-o', 'all'], made.folder).finished;
  expect(again.code, again.stderr).toBe(0);
}, 120_000);

test('an import of many tasks, a plan that probes, and a watch', async () => {
  const made = await project();
  const tasks = join(made.folder, 'tasks');
  await mkdir(tasks);
  for (let i = 0; i < 400; i++)
    await writeFile(join(tasks, `task-${i}.yaml`), `task: t${i}\ndataset_path: x${i}\ndoc_to_text: "{{q}}"\n`);
  await endedBy('SIGTERM', startAssay(['import', 'lm-eval', tasks, '--check'], made.folder), () => true);
  await endedBy(
    'SIGINT',
    startAssay(['run', made.config, '--watch'], made.folder),
    async () => (await readdir(join(made.folder, '.assay', 'runs')).catch(() => [])).length > 0,
  );
  const { url, asked } = await silentServer();
  await withModel(made, `openai: { base_url: "${url}/v1", model: m }`);
  const { code } = await endedBy('SIGINT', startAssay(['plan', made.config], made.folder), () => asked() > 0);
  expect(code).toBe(130);
}, 90_000);

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  while (!text.includes('\n')) await sleep(20);
  return text;
}

/** Processes that work in a step's folder below this one (Linux). */
async function stepsOf(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const envs = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')));
  return pids.filter((_, at) => envs[at]!.includes(`ASSAY_ML_ROOT=${folder}`));
}

/** Soon no step works there any more. */
async function noSteps(folder: string): Promise<void> {
  if (process.platform !== 'linux') return;
  await vi.waitFor(async () => expect(await stepsOf(folder)).toEqual([]), LONGEST_MS);
}
