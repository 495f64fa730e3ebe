import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { AssayError, didYouMean } from 'assay/internal';
import { countFlag } from '../count-flag.ts';
import { BENCH_LENGTHS, type BenchLength, benchCorpus } from '../metrics/bench-corpus.ts';
import { type MeasuredRate, measureRate } from '../metrics/measure-rate.ts';
import { METRICS } from '../metrics/metric-table.ts';

export interface BenchFlags {
  readonly metrics?: string;
  readonly seconds: string;
  readonly seed: string;
  readonly output: string;
  readonly json?: true;
}

interface BenchRow {
  readonly metric: string;
  readonly rates: Readonly<Record<BenchLength, MeasuredRate>>;
}

const LENGTHS = Object.keys(BENCH_LENGTHS) as BenchLength[];
const PAIRS: Readonly<Record<BenchLength, number>> = { short: 500, summaries: 100, long: 8 };
/** A sample's share of one figure's time: half a sample of warm-up and three samples. */
const SAMPLE_SHARE = 1 / 3.5;

/** Measures the metrics on this machine: a table on stdout and an SVG file. */
export async function bench(flags: BenchFlags): Promise<number> {
  const names = flags.metrics === undefined ? Object.keys(METRICS) : flags.metrics.split(',').map(known);
  const seconds = countFlag('--seconds', flags.seconds, 1, 3600);
  const seed = countFlag('--seed', flags.seed, 0, 2 ** 31);
  const cpuMs = (1000 * seconds * SAMPLE_SHARE) / (names.length * LENGTHS.length);
  const corpora = LENGTHS.map((length) => [length, benchCorpus(length, PAIRS[length], seed)] as const);
  const rows: BenchRow[] = [];
  for (const metric of names) {
    const evaluate = await METRICS[metric]!.open();
    const rates = corpora.map(([length, pairs]) => {
      let next = 0;
      // Short pairs are timed by the batch, so that reading the clock is no part of the figure.
      const batch = length === 'short' ? pairs.length : 1;
      const step = (): number => {
        for (let done = 0; done < batch; done++) {
          const { hypothesis, references } = pairs[next++ % pairs.length]!;
          evaluate(hypothesis, references);
        }
        return batch;
      };
      return [length, measureRate(step, cpuMs)] as const;
    });
    rows.push({ metric, rates: Object.fromEntries(rates) as Record<BenchLength, MeasuredRate> });
    if (flags.json !== true) process.stdout.write(tableLine(rows.at(-1)!, rows.length === 1));
  }
  const machine = `${cpus()[0]?.model ?? process.arch}, Node ${process.versions.node}, ${process.platform}`;
  const note = `${machine}; one thread, CPU time, median of 3, seed ${seed}`;
  await writeChart(rows, note, flags.output);
  if (flags.json === true) process.stdout.write(`${JSON.stringify({ machine, seed, seconds, rows }, null, 2)}\n`);
  else process.stdout.write(`\npairs a second of CPU time (spread of 3 samples)   ${note}\n${flags.output}\n`);
  return 0;
}

function known(name: string): string {
  if (Object.hasOwn(METRICS, name)) return name;
  const near = didYouMean(name, Object.keys(METRICS));
  throw new AssayError('USAGE', `no metric ${JSON.stringify(name)}`, {
    hint: near === undefined ? 'See: assay metrics list.' : `Did you mean "${near}"?`,
  });
}

function tableLine({ metric, rates }: BenchRow, withHead: boolean): string {
  const head = withHead ? `${'metric'.padEnd(24)}${LENGTHS.map((length) => length.padStart(20)).join('')}\n` : '';
  const cells = LENGTHS.map((length) => {
    const { median, spread } = rates[length];
    const figure = median >= 100 ? Math.round(median).toLocaleString('en') : median.toPrecision(3);
    return `${figure} (${spread.toFixed(2)}×)`.padStart(20);
  });
  return `${head}${metric.padEnd(24)}${cells.join('')}\n`;
}

async function writeChart(rows: readonly BenchRow[], note: string, file: string): Promise<void> {
  const { throughputChart } = await import('assay/internal/report');
  const chart = throughputChart({
    title: 'Metric throughput',
    note,
    series: LENGTHS.map((length) => `${length} (${BENCH_LENGTHS[length].join('–')} words)`),
    rows: rows.map(({ metric, rates }) => ({ name: metric, rates: LENGTHS.map((length) => rates[length].median) })),
  });
  try {
    await writeFile(file, chart);
  } catch (cause) {
    throw new AssayError('RUN_OUTPUT_NOT_WRITABLE', `cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
}
