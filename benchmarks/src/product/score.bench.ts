import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../machine.ts';
import { bestCost, type ProcessCost, processCost } from '../overhead/process-cost.ts';
import { type SpeedLine, type SpeedPart, shownLine, type Tell, tellParts } from '../speed-line.ts';
import { inRunFolder, type ScoreBench, score } from './score-command.ts';
import { writeScoreRows } from './score-rows.ts';
import { secondCore } from './second-core.ts';

const PEERS = fileURLToPath(new URL('../../peers/', import.meta.url));
const NINE_SCORES = fileURLToPath(new URL('./nine-scores/nine-scores-run.js', import.meta.url));
const ROWS = 1_000_000;
/** Above the 100,000 whose texts the journal keeps for the page, which is made by one thread. */
const SUMMARIES = 200_000;
const PEER_ROWS = 5_000;
const FILES = 3_000;
const ROWS_OF_FILE = 20;
const RUNS = 3;
const MOST_MB = 400;
/** Of parts a million rows; below so many rows a run keeps texts, and has none. */
const MOST_PART_MB = 40;
/** From so many on, start-up counts for little. */
const LARGE_ROWS = 10_000_000;
/** Rows a second. */
const FIVE_SCORES = 700_000;
const FIVE_SCORES_LARGE = 1_000_000;

/**
 * `pnpm bench score [--rows N] [--runs N] [--large] [--no-peers] [--json]`: `assay score` as a user calls it, from the start
 * of the process to its end, page included. The least CPU and the least wall time of some runs. `--large` adds ten million rows
 * (about 1.1 GB of data, 0.2 GB of parts, a minute).
 * @returns exit code
 */
export async function benchScore(args: readonly string[], save: Tell): Promise<number> {
  const numberOf = (flag: string, fallback: number) =>
    args.includes(flag) ? Number(args[args.indexOf(flag) + 1]) : fallback;
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-score-'));
  const bench: ScoreBench = {
    folder,
    env: { ...process.env, ASSAY_CACHE: join(folder, 'cache') },
    runs: numberOf('--runs', RUNS),
  };
  const only = args.includes('--only') ? (args[args.indexOf('--only') + 1] ?? '') : '';
  const parts: Readonly<Record<string, SpeedPart>> = {
    rates: (tell) => rates(bench, numberOf('--rows', ROWS), tell),
    workers: (tell) => secondCore(bench, SUMMARIES, tell),
    files: (tell) => smallFiles(bench, tell),
    batch: (tell) => againstBatch(bench, !args.includes('--no-peers'), tell),
    fmeval: (tell) => againstFmeval(bench, !args.includes('--no-peers'), tell),
    ...(args.includes('--large') ? { large: (tell) => decades(bench, tell) } : {}),
  };
  const machine = describeMachine();
  const isJson = args.includes('--json');
  const lines: SpeedLine[] = [];
  const load = loadavg()[0]!;
  try {
    if (!isJson) {
      console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}`);
      console.log(`load ${load.toFixed(1)} when it began; least CPU and least wall time of ${bench.runs} runs\n`);
    }
    const wanted = Object.fromEntries(Object.entries(parts).filter(([name]) => name.includes(only)));
    await tellParts(wanted, (line) => {
      lines.push(line);
      save(line);
      if (!isJson) console.log(shownLine(line));
    });
    if (isJson) console.log(JSON.stringify({ machine, load, lines }, null, 2));
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Five scores, and nine by an algorithm of the benchmark's own: no algorithm of assay has just these. */
async function rates(bench: ScoreBench, rows: number, tell: Tell): Promise<void> {
  const data = join(bench.folder, 'rows.jsonl');
  writeScoreRows(data, rows);
  let partBytes = 0;
  const sized = (run: string) => {
    partBytes = bytesIn(join(run, 'parts'));
  };
  const five = await bestCost(bench.runs, () => score(bench, data, ['--algorithms', 'qa_accuracy'], sized));
  tell(
    rateLine(`five QA scores, ${shown(rows)} rows`, rows, five, rows < LARGE_ROWS ? FIVE_SCORES : FIVE_SCORES_LARGE),
  );
  if (partBytes > 0) tell(sizeLine(rows, partBytes));
  tell(await nineScores(bench, data, rows));
}

async function nineScores(bench: ScoreBench, data: string, rows: number): Promise<SpeedLine> {
  const cost = await bestCost(rows < LARGE_ROWS ? bench.runs : 1, () =>
    inRunFolder(bench, (run) => [NINE_SCORES, data, run]),
  );
  return rateLine(`nine: QA, ROUGE-1/2/L of stems, BLEU, ${shown(rows)} rows`, rows, cost, 450_000);
}

function rateLine(what: string, rows: number, { wallMs, cpuMs, peakMb }: ProcessCost, goal: number): SpeedLine {
  const rate = (1000 * rows) / wallMs;
  const memory = peakMb === null ? '' : `, ${peakMb.toFixed(0)} MiB`;
  return {
    what,
    figure: `${shown(rate)} rows/s, ${((1000 * cpuMs) / rows).toFixed(2)} µs CPU a row${memory}`,
    goal: `${shown(goal)} rows/s`,
    reached: rate >= goal,
  };
}

function sizeLine(rows: number, bytes: number): SpeedLine {
  const size = bytes / rows;
  return {
    what: `parts of five QA scores, ${shown(rows)} rows`,
    figure: `${size.toFixed(1)} MB a million rows`,
    goal: `${MOST_PART_MB} MB`,
    reached: size <= MOST_PART_MB,
  };
}

const bytesIn = (folder: string): number =>
  existsSync(folder) ? readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) : 0;

/** The same rows in thousands of files and in one. Runs take turns; each counts by its least CPU. */
async function smallFiles(bench: ScoreBench, tell: Tell): Promise<void> {
  const one = join(bench.folder, 'one.jsonl');
  writeScoreRows(one, FILES * ROWS_OF_FILE);
  const lines = readFileSync(one, 'utf8').trimEnd().split('\n');
  const many = join(bench.folder, 'many');
  mkdirSync(many);
  for (let file = 0; file < FILES; file++) {
    const own = lines.slice(file * ROWS_OF_FILE, (file + 1) * ROWS_OF_FILE);
    writeFileSync(join(many, `${String(file).padStart(5, '0')}.jsonl`), `${own.join('\n')}\n`);
  }
  const cpu = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let run = 0; run < bench.runs; run++) {
    for (const [at, data] of [many, one].entries()) {
      const { cpuMs } = await score(bench, data, ['--algorithms', 'qa_accuracy']);
      cpu[at] = Math.min(cpu[at]!, cpuMs);
    }
  }
  const ratio = cpu[0]! / cpu[1]!;
  tell({
    what: `${shown(FILES)} files of ${ROWS_OF_FILE} rows against one file, CPU`,
    figure: `${ratio.toFixed(2)}× (${(cpu[0]! / 1000).toFixed(2)} s, ${(cpu[1]! / 1000).toFixed(2)} s)`,
    goal: '1.0×',
    reached: ratio < 1.05,
  });
}

/** All cores against all cores: nine scores with parts, intervals and page, and the three means of a batch call in Rust. */
async function againstBatch(bench: ScoreBench, withPeers: boolean, tell: Tell): Promise<void> {
  const what = `nine scores of ${shown(SUMMARIES)} summaries against rouge-score-rs’ score_batch of three, all cores`;
  const python = join(PEERS, '.venv/bin/python');
  if (!withPeers || !existsSync(python)) {
    tell({ what, figure: 'skipped: benchmarks/peers/setup.sh', goal: '', reached: null });
    return;
  }
  const data = join(bench.folder, 'summaries.jsonl');
  writeScoreRows(data, SUMMARIES, 'sum');
  const ours = await bestCost(bench.runs, () => inRunFolder(bench, (run) => [NINE_SCORES, data, run]));
  const theirs = await bestCost(bench.runs, () =>
    processCost(python, [join(PEERS, 'rouge_batch.py'), data], { cwd: bench.folder, env: bench.env }),
  );
  const ratio = theirs.wallMs / ours.wallMs;
  const costOf = ({ wallMs, cpuMs }: ProcessCost) =>
    `${(wallMs / 1000).toFixed(1)} s, ${(cpuMs / 1000).toFixed(1)} CPU s`;
  tell({
    what,
    figure: `${ratio.toFixed(2)}× by the clock, ${(theirs.cpuMs / ours.cpuMs).toFixed(2)}× by CPU (${costOf(ours)}; theirs ${costOf(theirs)})`,
    goal: '1×',
    reached: ratio >= 1,
  });
}

/** fmeval's own evaluation of the same rows: factual_knowledge, since importing its QA scores asks the Hugging Face hub for BERTScore. */
async function againstFmeval(bench: ScoreBench, withPeers: boolean, tell: Tell): Promise<void> {
  const data = join(bench.folder, 'peer.jsonl');
  writeScoreRows(data, PEER_ROWS);
  const ours = await bestCost(bench.runs, () => score(bench, data, ['--algorithms', 'factual_knowledge']));
  const what = `factual_knowledge, ${shown(PEER_ROWS)} rows`;
  const figure = `${ours.wallMs.toFixed(0)} ms wall, ${ours.cpuMs.toFixed(0)} ms CPU`;
  const python = join(PEERS, '.venv-fmeval/bin/python');
  if (!withPeers || !existsSync(python)) {
    const missing = 'fmeval skipped: benchmarks/peers/setup-engine.sh fmeval';
    tell({ what, figure: `${figure}; ${missing}`, goal: '', reached: null });
    return;
  }
  const script = join(PEERS, 'fmeval_score.py');
  const theirs = await processCost(python, [script, data, join(bench.folder, 'fmeval')], {
    cwd: bench.folder,
    // Ray leaves its session behind: beside the rest, which is removed.
    env: { ...bench.env, RAY_TMPDIR: bench.folder },
  });
  const ratioLine = (name: string, own: number, other: number, goal: number): SpeedLine => ({
    what: `${what}, fmeval 1.2.3, ${name}`,
    figure: `${(other / own).toFixed(1)}× (${(own / 1000).toFixed(2)} s against ${(other / 1000).toFixed(2)} s)`,
    goal: `${goal}×`,
    reached: other / own >= goal,
  });
  tell(ratioLine('wall', ours.wallMs, theirs.wallMs, 60));
  tell(ratioLine('CPU', ours.cpuMs, theirs.cpuMs, 80));
}

/** A hundred thousand, a million and ten million rows: memory, and how time grows. */
async function decades(bench: ScoreBench, tell: Tell): Promise<void> {
  let before: ProcessCost | undefined;
  for (const rows of [100_000, 1_000_000, 10_000_000]) {
    const data = join(bench.folder, 'decade.jsonl');
    writeScoreRows(data, rows);
    const cost = await score(bench, data, ['--algorithms', 'qa_accuracy']);
    const peak = cost.peakMb ?? 0;
    tell({
      what: `${shown(rows)} rows, peak memory`,
      figure: `${peak.toFixed(0)} MiB, ${(cost.cpuMs / 1000).toFixed(1)} s CPU, ${(cost.wallMs / 1000).toFixed(1)} s wall`,
      goal: `${MOST_MB} MB`,
      reached: (peak * 2 ** 20) / 1e6 < MOST_MB,
    });
    if (before !== undefined) {
      const power = Math.log10(cost.cpuMs / before.cpuMs);
      tell({
        what: `${shown(rows / 10)} → ${shown(rows)} rows, CPU time`,
        figure: `grows by 10^${power.toFixed(2)}`,
        goal: '10^0.9 to 10^1.1',
        reached: power >= 0.9 && power <= 1.1,
      });
    }
    before = cost;
    if (rows < LARGE_ROWS) continue;
    tell(rateLine(`five QA scores, ${shown(rows)} rows`, rows, cost, FIVE_SCORES_LARGE));
    tell(await nineScores(bench, data, rows));
  }
}

const shown = (count: number): string => Math.round(count).toLocaleString('en');
