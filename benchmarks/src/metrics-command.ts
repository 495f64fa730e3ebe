import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CorpusName, makeCorpus, type TextPair } from './corpora.ts';
import { measureRate, type Rate, rateOf } from './cpu-rate.ts';
import { describeMachine } from './machine.ts';
import { editCases } from './product/edit.bench.ts';
import { overlapCases, overlapLimits } from './product/overlap.bench.ts';
import type { LimitCase, ProductCase } from './product/product-case.ts';
import { type SpeedLine, shownLine, type Tell } from './speed-line.ts';

const cases: readonly ProductCase[] = [...overlapCases, ...editCases];
const limits: readonly LimitCase[] = [...overlapLimits];

const PAIRS: Readonly<Record<CorpusName, number>> = { qa: 20_000, sum: 2_000, long: 40 };
const SAMPLES = 5;
const LEAST_MS = 300;
const PEER_SECONDS = 4;
const python = fileURLToPath(new URL('../peers/.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('../../packages/cli/python/metrics_peers.py', import.meta.url));
/** WordNet and Punkt, for METEOR. */
const nltkData = fileURLToPath(new URL('../peers/.venv/nltk_data', import.meta.url));

interface Row {
  readonly metric: string;
  readonly peer: string;
  readonly corpus: CorpusName;
  readonly ours: Rate;
  readonly theirs: Rate | null;
  readonly ratio: number | null;
  readonly goal: number;
}

interface PeerResult {
  readonly python: string;
  readonly version: string;
  readonly corpora: readonly { readonly rates: readonly number[]; readonly pairs: number }[];
}

/**
 * `pnpm bench metrics [--json] [--only WORD] [--slow] [--no-peers]`: each metric against its Python peer, on the same
 * texts, in CPU time.
 * @returns exit code
 */
export function benchMetrics(args: readonly string[], tell: Tell): number {
  const only = args.includes('--only') ? (args[args.indexOf('--only') + 1] ?? '').toLowerCase() : '';
  const machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'assay-corpora-'));
  try {
    const corpora = writeCorpora(folder);
    const versions: Record<string, string> = {};
    const rows = cases
      .filter(({ metric }) => metric.toLowerCase().includes(only))
      .flatMap((item) => measureCase(item, corpora, folder, versions, args));
    const shares = limits
      .filter(({ metric }) => metric.toLowerCase().includes(only))
      .map((item) => measureLimit(item, corpora));
    for (const row of rows) tell(rowLine(row));
    for (const share of shares) tell(shareLine(share));
    if (args.includes('--json')) {
      console.log(JSON.stringify({ machine, versions, pairs: PAIRS, rows, shares }, null, 2));
    } else {
      console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}`);
      console.log(
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ') || MISSING_PEERS,
      );
      console.log(`pairs per CPU second, one thread; median of ${SAMPLES} samples (largest/smallest)\n`);
      printRows(rows);
      for (const share of shares) console.log(shownLine(shareLine(share)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

const MISSING_PEERS = 'Python peers skipped: run benchmarks/peers/setup.sh to compare';

function writeCorpora(folder: string): Readonly<Record<CorpusName, readonly TextPair[]>> {
  const corpora = {
    qa: makeCorpus('qa', PAIRS.qa),
    sum: makeCorpus('sum', PAIRS.sum),
    long: makeCorpus('long', PAIRS.long),
  };
  for (const [name, pairs] of Object.entries(corpora)) {
    writeFileSync(join(folder, `${name}.jsonl`), `${pairs.map((pair) => JSON.stringify(pair)).join('\n')}\n`);
  }
  return corpora;
}

function measureCase(
  item: ProductCase,
  corpora: Readonly<Record<CorpusName, readonly TextPair[]>>,
  folder: string,
  versions: Record<string, string>,
  args: readonly string[],
): Row[] {
  const names = (Object.keys(item.goals) as CorpusName[]).filter(
    (name) => args.includes('--slow') || !item.slow?.includes(name),
  );
  const ours = names.map((name) => measureRate(() => item.run(corpora[name]), PAIRS[name], SAMPLES, LEAST_MS));
  let peer: PeerResult | null = null;
  if (!args.includes('--no-peers') && existsSync(python)) {
    const files = names.map((name) => join(folder, `${name}.jsonl`));
    peer = runPeer(item, files);
  }
  if (peer !== null) {
    versions.Python = peer.python;
    versions[item.peer] = peer.version;
  }
  return names.map((corpus, i) => {
    const measured = peer?.corpora[i];
    const theirs = measured === undefined ? null : rateOf(measured.rates, measured.pairs);
    return {
      metric: item.metric,
      peer: item.peer,
      corpus,
      ours: ours[i]!,
      theirs,
      ratio: theirs === null ? null : ours[i]!.median / theirs.median,
      goal: item.goals[corpus]!,
    };
  });
}

/** Runs one Python peer; one that fails (METEOR without its data) is told of and left out, and the others go on. */
function runPeer(item: ProductCase, files: readonly string[]): PeerResult | null {
  const { status, stdout, stderr } = spawnSync(python, [script, item.job, String(PEER_SECONDS), ...files], {
    encoding: 'utf8',
    env: { ...process.env, NLTK_DATA: nltkData },
  });
  if (status === 0) return JSON.parse(stdout) as PeerResult;
  const reason =
    stderr.match(/Resource '\S+' not found/)?.[0] ??
    stderr.match(/^\w*(?:Error|Exception): \S.*$/m)?.[0] ??
    `exit status ${status}`;
  console.error(`${item.metric}: peer ${item.peer} skipped: ${reason}`);
  return null;
}

function measureLimit(item: LimitCase, corpora: Readonly<Record<CorpusName, readonly TextPair[]>>) {
  const pairs = corpora[item.corpus];
  const ours = measureRate(() => item.run(pairs), pairs.length, SAMPLES, LEAST_MS);
  const limit = measureRate(() => item.runLimit(pairs), pairs.length, SAMPLES, LEAST_MS);
  const { metric, corpus, goal } = item;
  return { metric, corpus, limit: item.limit, ours, limitRate: limit, share: ours.median / limit.median, goal };
}

const rowLine = ({ metric, peer, corpus, ratio, goal }: Row): SpeedLine => ({
  what: `${metric}, ${corpus}`,
  figure: ratio === null ? `${peer} skipped` : `${ratio.toPrecision(3)}× ${peer}`,
  goal: `${goal}×`,
  reached: ratio === null ? null : ratio >= goal,
});

const shareLine = ({ metric, corpus, limit, share, goal }: ReturnType<typeof measureLimit>): SpeedLine => ({
  what: `${metric}, ${corpus}, against ${limit}`,
  figure: `${(100 * share).toFixed(0)} % of its rate`,
  goal: `${100 * goal} %`,
  reached: share >= goal,
});

function printRows(rows: readonly Row[]): void {
  const table = rows.map((row) => [
    row.metric,
    row.peer,
    row.corpus,
    rateText(row.ours),
    row.theirs === null ? 'skipped' : rateText(row.theirs),
    row.ratio === null ? '' : `${row.ratio.toPrecision(3)}×`,
    `${row.goal}×`,
    row.ratio === null ? '' : row.ratio >= row.goal ? 'reached' : 'missed',
  ]);
  const header = ['metric', 'peer', 'corpus', 'assay', 'peer', 'ratio', 'goal', ''];
  const widths = header.map((title, i) => Math.max(title.length, ...table.map((row) => row[i]!.length)));
  for (const row of [header, ...table])
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    );
}

function rateText(rate: Rate): string {
  const digits = rate.median >= 100 ? 0 : rate.median >= 1 ? 1 : 3;
  return `${rate.median.toLocaleString('en', { maximumFractionDigits: digits })} (${rate.spread.toFixed(2)})`;
}
