import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALGORITHMS, instantiateAlgorithm, type Sample } from '@assay/core';
import { Bench } from 'tinybench';
import { describeMachine, type Machine } from '../machine.ts';
import { againstRunners } from '../product/engine-peers.bench.ts';
import { type SpeedLine, type SpeedPart, shownLine, type Tell, tellParts } from '../speed-line.ts';
import { type CpuSamples, childCpuMs } from './child-cpu.ts';
import { resumeStart, sampleCost } from './samples.bench.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const SCORED_ROWS = 200_000;
const ENGINE_SAMPLES = 1_000;

export interface EngineBenchmark {
  readonly machine: Machine;
  /** CPU milliseconds of a process, median and spread of 9. */
  readonly startUp: readonly {
    readonly command: string;
    readonly cpuMs: CpuSamples;
    readonly ratioToBareNode: number;
  }[];
  /** 1,000 samples, scripted answers, two algorithms, journal and report: CPU milliseconds above `assay check`. */
  readonly runAboveStartUpMs: number;
  /** `assay score`, five QA scores over short rows, journal and report included. */
  readonly score: { readonly rows: number; readonly cpuMs: CpuSamples; readonly rowsPerCpuSecond: number };
  /** Nanoseconds of scoring one sample in a thread, by tinybench. */
  readonly scoring: readonly {
    readonly algorithm: string;
    readonly meanNs: number;
    readonly relativeMarginOfError: number;
  }[];
}

/** What assay costs beside the model: start-up, a run of nothing but overhead, scoring from a file. */
export async function benchEngine(args: readonly string[], tell: Tell): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const result = await measure(folder);
    for (const line of resultLines(result)) tell(line);
    const isJson = args.includes('--json');
    if (!isJson) process.stdout.write(shown(result));
    const lines: SpeedLine[] = [];
    const env = { ...process.env, ASSAY_CACHE: join(folder, 'cache') };
    const parts: Readonly<Record<string, SpeedPart>> = {
      samples: (tell) => sampleCost(folder, env, tell),
      peers: (tell) => againstRunners(folder, env, !args.includes('--no-peers'), tell),
      ...(args.includes('--large') ? { resume: (tell) => resumeStart(folder, env, tell) } : {}),
    };
    await tellParts(parts, (line) => {
      lines.push(line);
      tell(line);
      if (!isJson) console.log(shownLine(line));
    });
    if (isJson) process.stdout.write(`${JSON.stringify({ ...result, lines }, null, 2)}\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<EngineBenchmark> {
  const env = { ...process.env, ASSAY_CACHE: join(folder, 'cache') };
  const bare = childCpuMs(['-e', '0'], folder, env);
  const startUp = [['--version'], ['--help']].map((args) => {
    const cpuMs = childCpuMs([COMMAND, ...args], folder, env);
    return { command: `assay ${args.join(' ')}`, cpuMs, ratioToBareNode: cpuMs.median / bare.median };
  });
  writeRun(folder);
  const config = join(folder, 'run.yaml');
  const check = childCpuMs([COMMAND, 'check', config], folder, env, 5);
  const run = childCpuMs([COMMAND, 'run', config, '--no-cache', '--display', 'none'], folder, env, 5);
  const rows = join(folder, 'rows.jsonl');
  writeFileSync(rows, shortRows(SCORED_ROWS));
  const scoreArgs = [
    'score',
    rows,
    '--algorithms',
    'qa_accuracy',
    '--model-input-key',
    'q',
    '--target-output-key',
    'a',
    '--model-output-key',
    'o',
    '--display',
    'none',
  ];
  const score = childCpuMs([COMMAND, ...scoreArgs], folder, env, 3);
  return {
    machine: describeMachine(),
    startUp,
    runAboveStartUpMs: run.median - check.median,
    score: { rows: SCORED_ROWS, cpuMs: score, rowsPerCpuSecond: (1000 * SCORED_ROWS) / score.median },
    scoring: await scoringCosts(),
  };
}

function writeRun(folder: string): void {
  const rows = Array.from(
    { length: ENGINE_SAMPLES },
    (_, i) => `${JSON.stringify({ q: `Question ${i}?`, a: `answer ${i}` })}\n`,
  );
  const answers = rows.map((_, index) => `${JSON.stringify({ index, text: `It is answer ${index}.` })}\n`);
  writeFileSync(join(folder, 'data.jsonl'), rows.join(''));
  writeFileSync(join(folder, 'answers.jsonl'), answers.join(''));
  const dataset = 'dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }';
  const models = 'models: [{ name: scripted, scripted: { answers: answers.jsonl } }]';
  writeFileSync(
    join(folder, 'run.yaml'),
    `${dataset}\n${models}\nalgorithms: [{ algorithm: qa_accuracy }, { algorithm: factual_knowledge }]\n`,
  );
}

/** Pairs of 1–12 words, two thirds of them right. */
function shortRows(count: number): string {
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const words = Array.from({ length: 1 + (i % 12) }, (_, at) => `word${(i * 31 + at * 7) % 5000}`);
    const output = words.map((word, at) => ((i + at) % 3 === 0 ? 'other' : word)).join(' ');
    lines.push(`${JSON.stringify({ q: `question ${i}`, a: words.join(' '), o: output })}\n`);
  }
  return lines.join('');
}

async function scoringCosts(): Promise<EngineBenchmark['scoring']> {
  const bench = new Bench({ time: 300 });
  const sample: Sample = {
    index: 0,
    digest: 'd',
    features: { model_input: 'q', target_output: 'the river Rhine<OR>Rhine' },
    record: {},
  };
  const answers = new Map([
    ['original', { kind: 'generate' as const, text: 'It is the Rhine, of course.', elapsedMs: 0 }],
  ]);
  for (const name of ['qa_accuracy', 'factual_knowledge']) {
    const algorithm = ALGORITHMS.get(name)!;
    const { options } = instantiateAlgorithm(name, algorithm, algorithm.options.parse({}));
    bench.add(name, () => void algorithm.score({ sample, answers, helpers: new Map() }, options));
  }
  await bench.run();
  return bench.tasks.flatMap(({ name, result }) =>
    result.state === 'completed'
      ? [{ algorithm: name, meanNs: result.latency.mean * 1e6, relativeMarginOfError: result.latency.rme }]
      : [],
  );
}

const goalOf = (command: string): number => (command.endsWith('--version') ? 1.15 : 1.5);

function resultLines({ startUp, runAboveStartUpMs }: EngineBenchmark): SpeedLine[] {
  return [
    ...startUp.map(({ command, ratioToBareNode }) => ({
      what: `${command}, CPU`,
      figure: `${ratioToBareNode.toFixed(2)}× bare node`,
      goal: `${goalOf(command)}×`,
      reached: ratioToBareNode <= goalOf(command),
    })),
    {
      what: '1,000 scripted samples, two algorithms, CPU',
      figure: `${runAboveStartUpMs.toFixed(0)} ms above start-up`,
      goal: '1,000 ms',
      reached: runAboveStartUpMs <= 1000,
    },
  ];
}

function shown({ machine, startUp, runAboveStartUpMs, score, scoring }: EngineBenchmark): string {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}`,
    'CPU time (user + system) of whole processes; median (largest/smallest)',
    '',
  ];
  for (const { command, cpuMs, ratioToBareNode } of startUp) {
    lines.push(
      `${command.padEnd(46)}${cpuMs.median.toFixed(0).padStart(7)} ms (${cpuMs.spread.toFixed(2)})   ${ratioToBareNode.toFixed(2)}× bare node, goal ${goalOf(command)}×`,
    );
  }
  lines.push(
    `${'1,000 scripted samples, two algorithms'.padEnd(46)}${runAboveStartUpMs.toFixed(0).padStart(7)} ms above start-up, goal 1,000`,
  );
  lines.push(
    `${'assay score, 200,000 short rows, five scores'.padEnd(46)}${score.cpuMs.median.toFixed(0).padStart(7)} ms (${score.cpuMs.spread.toFixed(2)})   ${Math.round(score.rowsPerCpuSecond).toLocaleString('en-US')} rows per CPU second, start-up and report included`,
  );
  for (const { algorithm, meanNs, relativeMarginOfError } of scoring) {
    lines.push(
      `${`${algorithm}, one sample in a thread`.padEnd(46)}${(meanNs / 1000).toFixed(2).padStart(7)} µs ± ${relativeMarginOfError.toFixed(1)} %`,
    );
  }
  return `${lines.join('\n')}\n`;
}
