import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine, type Machine } from '../machine.ts';
import type { Tell } from '../speed-line.ts';
import { killEvaluations } from './kill-evaluations.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const SHARDS = 64;
const INSTANCES = 8;

export interface PipelineBenchmark {
  readonly machine: Machine;
  readonly samples: number;
  readonly shards: number;
  /** Processes of shards that were killed in the middle of a shard. */
  readonly killed: number;
  /** The merged summary is that of one process, byte for byte, but for the run's name and its times. */
  readonly identical: boolean;
  /** Seconds of wall time. */
  readonly wholeS: number;
  readonly pipelineS: number;
}

/**
 * `pnpm bench pipeline [--samples N] [--kills N] [--json]`: scripted answers over 64 shards by `assay pipeline run --local`,
 * shards' processes killed at random, against one process. Exit code 1 when the summaries differ.
 */
export async function benchPipeline(args: readonly string[], tell: Tell): Promise<number> {
  const value = (flag: string, otherwise: number): number =>
    args.includes(flag) ? Number(args[args.indexOf(flag) + 1]) : otherwise;
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-pipeline-'));
  try {
    const found = await measure(folder, value('--samples', 100_000), value('--kills', 12));
    tell({
      what: `${found.samples.toLocaleString('en')} samples over ${found.shards} shards, ${found.killed} killed`,
      figure: `summary ${found.identical ? 'the same' : 'another'} as of one process; ${found.pipelineS.toFixed(0)} s against ${found.wholeS.toFixed(0)} s`,
      goal: 'the same',
      reached: found.identical,
    });
    process.stdout.write(args.includes('--json') ? `${JSON.stringify(found)}\n` : shown(found));
    return found.identical ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, samples: number, kills: number): Promise<PipelineBenchmark> {
  await writeProject(folder, samples);
  const wholeS = await timed(() => run(['run', 'c.yaml', '-o', 'whole', '--no-cache'], folder).ended);
  let killed = 0;
  const pipelineS = await timed(async () => {
    const started = run(['pipeline', 'run', '--local', 'c.yaml', '-o', 'execution', '--attempts', '50'], folder);
    let isOver = false;
    const over = started.ended.finally(() => {
      isOver = true;
    });
    killed = await killEvaluations(join(folder, 'execution/evaluations'), kills, () => isOver);
    await over;
  });
  const [whole, merged] = await Promise.all(
    [join(folder, 'whole'), join(folder, 'execution/run')].map((run) => summaryOf(run)),
  );
  return {
    machine: describeMachine(),
    samples,
    shards: SHARDS,
    killed,
    identical: whole === merged,
    wholeS,
    pipelineS,
  };
}

async function writeProject(folder: string, samples: number): Promise<void> {
  const lines = (row: (i: number) => unknown): string =>
    Array.from({ length: samples }, (_, i) => `${JSON.stringify(row(i))}\n`).join('');
  await writeFile(
    join(folder, 'data.jsonl'),
    lines((i) => ({ q: `Question ${i}?`, a: `word${i}<OR>other${i}`, kind: `kind-${i % 7}` })),
  );
  await writeFile(
    join(folder, 'answers.jsonl'),
    lines((index) => ({ index, text: index % 3 === 0 ? 'no idea' : `It is word${index}.` })),
  );
  await writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, category_key: kind }
models: [{ name: scripted, scripted: { answers: answers.jsonl } }]
algorithms: [{ algorithm: factual_knowledge }, { algorithm: qa_accuracy }]
sharding: { shards: ${SHARDS}, instances: ${INSTANCES} }
`,
  );
}

function run(args: readonly string[], folder: string): { readonly ended: Promise<void> } {
  const log = createWriteStream(join(folder, 'bench.log'), { flags: 'a' });
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    env: { ...process.env, CI: 'true', ASSAY_CACHE: join(folder, '.cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = once(child, 'close').then(async ([code]) => {
    log.end();
    if (code === 0) return;
    throw new Error(`assay ${args[0]} ended with ${code}: ${await readFile(join(folder, 'bench.log'), 'utf8')}`);
  });
  return { ended };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

async function summaryOf(folder: string): Promise<string> {
  const { run: _, timing: __, ...rest } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
}

function shown({ machine, samples, shards, killed, identical, wholeS, pipelineS }: PipelineBenchmark): string {
  const count = samples.toLocaleString('en-US');
  return `${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}
${count} samples in one process                    ${wholeS.toFixed(1)} s of wall time
${count} samples over ${shards} shards, ${killed} processes killed  ${pipelineS.toFixed(1)} s of wall time
merged summary ${identical ? 'identical, byte for byte' : 'DIFFERENT'} (run name and times aside)
`;
}
