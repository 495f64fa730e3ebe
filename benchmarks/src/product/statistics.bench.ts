import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bleu, pairedBootstrap, type SufficientStatistics } from '@assay/metrics';
import { seededRandom } from '../corpora.ts';
import { describeMachine, type Machine } from '../machine.ts';
import { type SpeedLine, shownLine, type Tell } from '../speed-line.ts';
import { benchInference, type InferenceBenchmark } from './inference.bench.ts';

const SENTENCES = 2_000;
const RESAMPLES = 10_000;
const RUNS = 5;
const PEER_RUNS = 3;
const GOAL = 100;
const python = fileURLToPath(new URL('../../peers/.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('../../peers/bootstrap_peer.py', import.meta.url));

export interface BootstrapBenchmark {
  readonly machine: Machine;
  readonly sentences: number;
  readonly resamples: number;
  /** CPU seconds of each run, tokenising and n-gram counts included. */
  readonly seconds: readonly number[];
  /** null where benchmarks/peers/.venv is missing */
  readonly peer: { readonly version: string; readonly seconds: readonly number[]; readonly difference: number } | null;
  /** Corpus BLEU of the system less that of the baseline; both sides must find the same. */
  readonly difference: number;
  /** Median CPU time of the peer over ours. */
  readonly ratio: number | null;
  readonly goal: number;
}

/** Paired bootstrap of corpus BLEU, 10,000 resamples over 2,000 sentences, against sacrebleu's, one thread each. */
export function benchPairedBootstrap(): BootstrapBenchmark {
  const texts = makeTexts();
  // Once to warm up.
  let difference = compare(texts);
  const seconds = Array.from({ length: RUNS }, () => {
    const start = process.cpuUsage();
    difference = compare(texts);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
  const peer = existsSync(python) ? runPeer(texts) : null;
  const ratio = peer === null ? null : median(peer.seconds) / median(seconds);
  return {
    machine: describeMachine(),
    sentences: SENTENCES,
    resamples: RESAMPLES,
    seconds,
    peer,
    difference,
    ratio,
    goal: GOAL,
  };
}

/** `pnpm bench statistics [--json]`. @returns exit code */
export async function benchStatistics(args: readonly string[], tell: Tell): Promise<number> {
  const inference = benchInference();
  const result = benchPairedBootstrap();
  const lines = [inferenceLine(inference), bootstrapLine(result)];
  for (const line of lines) tell(line);
  if (args.includes('--json')) {
    console.log(JSON.stringify({ ...result, inference }, null, 2));
    return 0;
  }
  const { machine } = result;
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}`);
  console.log('CPU time of one thread, median (largest/smallest)');
  for (const line of lines) console.log(shownLine(line));
  return 0;
}

function inferenceLine({ samples, scores, seconds, before, goal }: InferenceBenchmark): SpeedLine {
  const more = median(seconds) - median(before);
  return {
    what: `intervals and verdicts of 2 models, ${samples} samples × ${scores} scores`,
    figure: `${median(seconds).toFixed(2)} CPU s, ${more.toFixed(2)} more than Wilson, Student, McNemar and Holm`,
    goal: `less than ${goal} more`,
    reached: more < goal,
  };
}

function bootstrapLine({ seconds, peer, ratio, goal }: BootstrapBenchmark): SpeedLine {
  const shown = (values: readonly number[]) =>
    `${(1000 * median(values)).toFixed(0)} ms (${(Math.max(...values) / Math.min(...values)).toFixed(2)})`;
  const what = `paired bootstrap of corpus BLEU, ${RESAMPLES} resamples, ${SENTENCES} sentences`;
  if (peer === null || ratio === null)
    return {
      what,
      figure: `${shown(seconds)}; sacrebleu skipped: run benchmarks/peers/setup.sh`,
      goal: '',
      reached: null,
    };
  return {
    what,
    figure: `${ratio.toPrecision(3)}× sacrebleu ${peer.version}, ${shown(seconds)} against ${shown(peer.seconds)}`,
    goal: `${goal}×`,
    reached: ratio >= goal,
  };
}

interface Texts {
  readonly baseline: readonly string[];
  readonly system: readonly string[];
  readonly references: readonly string[];
}

/** Sentences of 8 to 40 words; the baseline replaces 33 % of them, the system 30 %. */
function makeTexts(): Texts {
  const random = seededRandom(11);
  const word = () => `w${Math.floor(3000 * random() ** 3)}`;
  const references = Array.from({ length: SENTENCES }, () =>
    Array.from({ length: 8 + Math.floor(33 * random()) }, word),
  );
  const noisy = (share: number) =>
    references.map((words) => words.map((kept) => (random() < share ? word() : kept)).join(' '));
  return { baseline: noisy(0.33), system: noisy(0.3), references: references.map((words) => words.join(' ')) };
}

function compare({ baseline, system, references }: Texts): number {
  const metric = bleu();
  const rows = (outputs: readonly string[]): SufficientStatistics => {
    const data = new Float64Array(SENTENCES * metric.size);
    outputs.forEach((output, i) => {
      metric.add(data.subarray(i * metric.size, (i + 1) * metric.size), output, [references[i]!]);
    });
    return { data, rows: SENTENCES, columns: metric.size };
  };
  const score = (sums: Float64Array) => metric.score(sums).score;
  return pairedBootstrap(rows(system), rows(baseline), score, { seed: 12345, resamples: RESAMPLES }).estimate;
}

function runPeer(texts: Texts): NonNullable<BootstrapBenchmark['peer']> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bootstrap-'));
  try {
    const file = join(folder, 'texts.json');
    writeFileSync(file, JSON.stringify(texts));
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    return JSON.parse(
      execFileSync(python, [script, String(RESAMPLES), String(PEER_RUNS), file], {
        encoding: 'utf8',
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
