import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bleu, pairedBootstrap, type SufficientStatistics } from '@assay/metrics';
import { seededRandom } from '../corpora.ts';
import { describeMachine, type Machine } from '../machine.ts';
import { benchInference } from './inference.bench.ts';

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
export async function benchStatistics(args: readonly string[]): Promise<number> {
  const inference = benchInference();
  const result = benchPairedBootstrap();
  if (args.includes('--json')) {
    console.log(JSON.stringify({ ...result, inference }, null, 2));
    return 0;
  }
  const more = median(inference.seconds) - median(inference.before);
  console.log(
    `intervals and verdicts of 2 models, ${inference.samples} samples × ${inference.scores} scores: ${median(inference.seconds).toFixed(2)} CPU s, by the methods of before ${median(inference.before).toFixed(2)}; ${more.toFixed(2)} more (goal below ${inference.goal}: ${more < inference.goal ? 'reached' : 'missed'})`,
  );
  const { machine, seconds, peer, ratio } = result;
  const spread = (values: readonly number[]) => (Math.max(...values) / Math.min(...values)).toFixed(2);
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}`);
  console.log(
    `paired bootstrap of corpus BLEU, ${RESAMPLES} resamples, ${SENTENCES} sentences; CPU time, median (largest/smallest)`,
  );
  console.log(`assay ${(1000 * median(seconds)).toFixed(0)} ms (${spread(seconds)})`);
  if (peer === null || ratio === null) console.log('sacrebleu skipped: run benchmarks/peers/setup.sh to compare');
  else {
    console.log(`sacrebleu ${peer.version} ${(1000 * median(peer.seconds)).toFixed(0)} ms (${spread(peer.seconds)})`);
    console.log(`${ratio.toPrecision(3)}× (goal ${GOAL}×: ${ratio >= GOAL ? 'reached' : 'missed'})`);
  }
  return 0;
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
