import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** Figures of one metric on one set of texts; a second is one of CPU time. */
const rate = z.object({
  pairsPerSecond: z.number(),
  mbPerSecond: z.number(),
  /** Largest over smallest of the samples. */
  spread: z.number(),
});

/** A whole run of `assay score`, from the start of its process to its end; a second is one by the clock. */
const algorithm = z.object({
  algorithm: z.string(),
  rows: z.number(),
  rowsPerSecond: z.number(),
  mbPerSecond: z.number(),
  /** CPU time over time by the clock. */
  cores: z.number(),
  cpuMicrosPerRow: z.number(),
  peakMb: z.number(),
  /** Largest over smallest time of the runs. */
  spread: z.number(),
});

const peer = z.object({
  metric: z.string(),
  peer: z.string(),
  version: z.string(),
  /** Our rate over the peer's, by the name of the texts; null where the peer did not end. */
  ratios: z.record(z.string(), z.number().nullable()),
});

export const BENCH_VERSION = 1;

const results = z.object({
  version: z.literal(BENCH_VERSION),
  machine: z.string(),
  seed: z.number(),
  /** By the name of the texts. */
  texts: z.record(z.string(), z.object({ sha256: z.string(), pairs: z.number(), bytes: z.number() })),
  metrics: z.array(z.object({ metric: z.string(), rates: z.record(z.string(), rate) })),
  algorithms: z.array(algorithm),
  python: z.string().nullable(),
  peers: z.array(peer),
});

export type BenchResults = z.infer<typeof results>;
export type MetricResult = BenchResults['metrics'][number];
export type AlgorithmResult = z.infer<typeof algorithm>;
export type PeerResult = z.infer<typeof peer>;

/** What the last call wrote, if it was on this machine and these texts; undefined where there is none, or another file. */
export async function lastResults(
  file: string,
  machine: string,
  texts: BenchResults['texts'],
): Promise<BenchResults | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = results.safeParse(value);
  return data?.machine === machine && isDeepStrictEqual(data.texts, texts) ? data : undefined;
}

/** The results, and of the last call what was not measured this time. */
export function joined(results: BenchResults, last: BenchResults | undefined): BenchResults {
  if (last === undefined) return results;
  const metrics = new Set(results.metrics.map(({ metric }) => metric));
  const algorithms = new Set(results.algorithms.map(({ algorithm }) => algorithm));
  const peers = new Set(results.peers.map(({ metric }) => metric));
  return {
    ...results,
    metrics: [...results.metrics, ...last.metrics.filter(({ metric }) => !metrics.has(metric))],
    algorithms: [...results.algorithms, ...last.algorithms.filter(({ algorithm }) => !algorithms.has(algorithm))],
    python: results.python ?? last.python,
    peers: [...results.peers, ...last.peers.filter(({ metric }) => !peers.has(metric))],
  };
}

interface Figure {
  readonly value: number;
  readonly spread: number;
}

/** Change in per cent, where it is more than the samples of either side differ among themselves; else empty. */
export function changeText(now: Figure, last: Figure | undefined): string {
  if (last === undefined) return '';
  const ratio = now.value / last.value;
  if (Math.max(ratio, 1 / ratio) <= Math.max(now.spread, last.spread)) return '=';
  const percent = Math.round(100 * (ratio - 1));
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent)} %`;
}
