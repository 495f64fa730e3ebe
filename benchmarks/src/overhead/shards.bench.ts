import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from '@assay/metrics';
import { describeMachine } from '../machine.ts';
import type { Tell } from '../speed-line.ts';
import { killEvaluations } from './kill-evaluations.ts';
import { type NamedCost, watchProcesses } from './watch-processes.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const MODELS = ['one', 'two'];
/** The plan's: bytes of a million samples of one model, without texts. */
const BYTES_A_MILLION = 40e6;
/** CPU seconds of a merge for each million rows of two models. */
const MERGE_S_A_MILLION = 20;
const MOST_MERGE_MB = 400;
const MOST_CPU_RATIO = 1.3;

export interface ShardsTrial {
  /** Holds the trial; it is left there. */
  readonly folder: string;
  readonly rows: number;
  readonly shards: number;
  /** Processes of each evaluation. */
  readonly instances: number;
  /** Processes that are killed while they evaluate. */
  readonly kills: number;
}

export interface ShardsResult {
  /** The merged summary is that of one process, but for the run's name and its times. */
  readonly identical: boolean;
  readonly killed: number;
  readonly whole: NamedCost;
  /** By step: preprocess, evaluate, merge, select. */
  readonly steps: ReadonlyMap<string, NamedCost>;
  /** Bytes of the shards' runs, and of the merged one. */
  readonly shardBytes: number;
  readonly runBytes: number;
}

/**
 * `npm run bench -- shards [--rows N] [--shards N] [--instances N] [--kills N] [--keep DIR]`: the outputs of two models over
 * shards by `assay pipeline run --local`, with rows that cannot be read, rows without outputs and processes that are killed,
 * against one process. Exit code 1 when the summaries differ.
 */
export async function benchShards(args: readonly string[], tell: Tell): Promise<number> {
  const value = (flag: string, otherwise: number): number =>
    args.includes(flag) ? Number(args[args.indexOf(flag) + 1]) : otherwise;
  const kept = args.includes('--keep') ? args[args.indexOf('--keep') + 1] : undefined;
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'assay-bench-shards-')));
  const trial: ShardsTrial = {
    folder,
    rows: value('--rows', 200_000),
    shards: value('--shards', 64),
    instances: value('--instances', 2),
    kills: value('--kills', 4),
  };
  try {
    const found = await runShardsTrial(trial);
    for (const line of linesOf(trial, found)) tell(line);
    process.stdout.write(shown(trial, found));
    return found.identical ? 0 : 1;
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  }
}

export async function runShardsTrial(trial: ShardsTrial): Promise<ShardsResult> {
  const { folder, kills } = trial;
  await mkdir(folder, { recursive: true });
  await writeProject(trial);
  const whole = await watched(['run', 'c.yaml', '-o', 'whole', '--no-cache'], folder);
  let killed = 0;
  const pipeline = await watched(
    ['pipeline', 'run', '--local', 'c.yaml', '-o', 'execution', '--attempts', '50'],
    folder,
    async (isOver) => {
      killed = await killEvaluations(join(folder, 'execution', 'evaluations'), kills, isOver);
    },
  );
  const [one, merged] = await Promise.all(['whole', 'execution/run'].map((run) => summaryOf(join(folder, run))));
  return {
    identical: one === merged,
    killed,
    whole: whole.get('run') ?? { cpuMs: 0, peakMb: 0 },
    steps: pipeline,
    shardBytes: await bytesBelow(join(folder, 'execution', 'evaluations')),
    runBytes: await bytesBelow(join(folder, 'execution', 'run')),
  };
}

/** One row in 10,007 cannot be read, one in 1,009 has no output of the second model. */
async function writeProject({ folder, rows, shards, instances }: ShardsTrial): Promise<void> {
  const file = createWriteStream(join(folder, 'data.jsonl'));
  const random = createGenerator('rows of the trial');
  const outputOf = (i: number, share: number): string => {
    const at = random.random();
    return at < share ? `word${i}` : at < share + 0.25 ? `It is word${i} perhaps.` : 'no idea';
  };
  let text = '';
  for (let i = 0; i < rows; i++) {
    const row = { q: `Question ${i}?`, a: `word${i}<OR>other${i}`, kind: `kind-${i % 7}`, one: outputOf(i, 0.5) };
    const two = outputOf(i, 0.52);
    text += i % 10_007 === 5 ? '{"q": \n' : `${JSON.stringify(i % 1_009 === 7 ? row : { ...row, two })}\n`;
    if (text.length < 2 ** 20) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await once(file, 'close');
  await writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, category_key: kind }
models:
${MODELS.map((name) => `  - { name: ${name}, runner: outputs, model_output_key: ${name} }\n`).join('')}algorithms: [{ algorithm: qa_accuracy }]
selection: { score: qa_accuracy.f1_score }
gates: ["qa_accuracy.f1_score value >= 0"]
sharding: { shards: ${shards}, instances: ${instances} }
`,
  );
}

/** What the command and each kind of step that it starts take, by name. @throws Error when it fails */
async function watched(
  args: readonly string[],
  folder: string,
  meanwhile: (isOver: () => boolean) => Promise<void> = async () => {},
): Promise<ReadonlyMap<string, NamedCost>> {
  const mark = `shards-${process.pid}-${args[0]}`;
  const logFile = join(folder, `${args[0]}.log`);
  const log = createWriteStream(logFile);
  await once(log, 'open');
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    env: { ...process.env, CI: 'true', ASSAY_CACHE: join(folder, '.cache'), ASSAY_BENCH_MARK: mark },
    stdio: ['ignore', log, log],
  });
  const watch = watchProcesses(`ASSAY_BENCH_MARK=${mark}`, nameOfStep);
  let isOver = false;
  const [[code]] = await Promise.all([
    once(child, 'close').finally(() => {
      isOver = true;
    }),
    meanwhile(() => isOver),
  ]);
  const { byName } = watch.stop();
  log.end();
  if (code !== 0) throw new Error(`assay ${args[0]} ended with ${code}: ${await readFile(logFile, 'utf8')}`);
  return byName;
}

/** `evaluate` of `node main.js step evaluate …`, `run` of `node main.js run …`. */
function nameOfStep(command: readonly string[]): string {
  const at = command.findIndex((argument) => argument.endsWith('main.js'));
  return command[at + 1] === 'step' ? (command[at + 2] ?? '') : (command[at + 1] ?? '');
}

async function summaryOf(folder: string): Promise<string> {
  const { run: _, timing: __, crc32: ___, ...rest } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}

const cpuS = (cost: NamedCost | undefined): number => (cost?.cpuMs ?? 0) / 1000;

function linesOf(
  { rows, shards }: ShardsTrial,
  { identical, killed, whole, steps, shardBytes, runBytes }: ShardsResult,
): Parameters<Tell>[0][] {
  const what = `${rows.toLocaleString('en')} rows, two models, ${shards} shards`;
  const ratio = cpuS(steps.get('evaluate')) / cpuS(whole);
  const merge = steps.get('merge');
  const mostMergeS = MERGE_S_A_MILLION * (rows / 1e6);
  const planned = 2 * BYTES_A_MILLION * MODELS.length * (rows / 1e6);
  const disk = shardBytes + runBytes;
  return [
    {
      what: `${what}, ${killed} processes killed`,
      figure: `summary ${identical ? 'the same' : 'another'} as of one process`,
      goal: 'the same',
      reached: identical,
    },
    {
      what: `${what}: memory of the merge`,
      figure: `${(merge?.peakMb ?? 0).toFixed(0)} MB`,
      goal: `at most ${MOST_MERGE_MB} MB`,
      reached: merge === undefined ? null : merge.peakMb <= MOST_MERGE_MB,
    },
    {
      what: `${what}: CPU of the merge`,
      figure: `${cpuS(merge).toFixed(1)} s`,
      goal: `at most ${mostMergeS.toFixed(0)} s`,
      reached: merge === undefined ? null : cpuS(merge) <= mostMergeS,
    },
    {
      what: `${what}: CPU of all shards`,
      figure: `${cpuS(steps.get('evaluate')).toFixed(0)} s, ${ratio.toFixed(2)} of one process’s ${cpuS(whole).toFixed(0)} s`,
      goal: `at most ${MOST_CPU_RATIO}`,
      reached: ratio <= MOST_CPU_RATIO,
    },
    {
      what: `${what}: disk of shards and run`,
      figure: `${(disk / 1e6).toFixed(0)} MB`,
      goal: `at most ${(planned / 1e6).toFixed(0)} MB`,
      reached: disk <= planned,
    },
  ];
}

function shown(trial: ShardsTrial, result: ShardsResult): string {
  const { cpu, cores, system, node, commit } = describeMachine();
  const steps = [...result.steps].map(
    ([name, cost]) => `  ${name.padEnd(12)} ${cpuS(cost).toFixed(1).padStart(7)} CPU s  ${cost.peakMb.toFixed(0)} MB\n`,
  );
  return `${cpu}, ${cores} cores, ${system}; Node ${node}; ${commit}
one process    ${cpuS(result.whole).toFixed(1).padStart(7)} CPU s  ${result.whole.peakMb.toFixed(0)} MB
${steps.join('')}${linesOf(trial, result)
  .map(({ what, figure, goal, reached }) => `${what}: ${figure}; goal ${goal}: ${reached ? 'reached' : 'missed'}\n`)
  .join('')}`;
}
