import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { ALGORITHMS, AssayError, didYouMean } from 'assay/internal';
import { BENCH_VERSION, type BenchResults, joined, lastResults } from '../bench/bench-results.ts';
import { withBenchRows } from '../bench/bench-rows.ts';
import { algorithmLines, metricHead, metricLine, peerLines } from '../bench/bench-tables.ts';
import { type BenchTexts, madeUpTexts, textsOfFile } from '../bench/bench-texts.ts';
import { type BenchFile, measureAlgorithm } from '../bench/measure-algorithm.ts';
import { measureMetrics } from '../bench/measure-metrics.ts';
import { countFlag } from '../count-flag.ts';
import { FlagError } from '../flags/flag-error.ts';
import { METRICS } from '../metrics/metric-table.ts';

export interface BenchFlags {
  readonly data?: string;
  readonly modelOutputKey: string;
  readonly targetOutputKey: string;
  readonly metrics?: string;
  readonly algorithms?: string;
  readonly against?: string;
  readonly seconds: string;
  readonly seed: string;
  readonly output: string;
  readonly json?: true;
}

/** What is measured: these metrics and algorithms, on these texts and rows. */
interface Subject {
  readonly metrics: readonly string[];
  readonly algorithms: readonly string[];
  readonly texts: readonly BenchTexts[];
  /** The user's file; without it rows are made up. */
  readonly file: BenchFile | undefined;
}

/** Measures metrics and algorithms on this machine: tables on stdout, a chart and a file of figures. */
export async function bench(flags: BenchFlags): Promise<number> {
  const seconds = countFlag('--seconds', flags.seconds, 1, 3600);
  const seed = countFlag('--seed', flags.seed, 0, 2 ** 31);
  if (flags.against !== undefined && flags.against !== 'python') {
    throw new FlagError(`--against is ${JSON.stringify(flags.against)}`, 'It knows python.');
  }
  const subject = await subjectOf(flags, seed);
  const machine = `${cpus()[0]?.model ?? process.arch}, ${cpus().length} cores, Node ${process.versions.node}, ${process.platform}`;
  const figures = `${flags.output.replace(/\.svg$/i, '')}.json`;
  const columns = subject.texts.map(({ name }) => name);
  const texts = Object.fromEntries(
    subject.texts.map(({ name, digest, pairs, bytes }) => [name, { sha256: digest, pairs: pairs.length, bytes }]),
  );
  const last = await lastResults(figures, machine, texts);
  const print = (text: string): void => {
    if (flags.json !== true) process.stdout.write(text);
  };

  const metrics: BenchResults['metrics'] = [];
  if (subject.metrics.length > 0) print(metricHead(columns));
  for await (const result of measureMetrics(subject.metrics, subject.texts, seconds)) {
    metrics.push(result);
    print(metricLine(result, columns, last));
  }
  if (metrics.length > 0) print('pairs a second of CPU time, one thread, median of 3 samples\n');

  const algorithms = await measureAlgorithms(subject);
  if (algorithms.length > 0) {
    if (metrics.length > 0) print('\n');
    print(`${algorithmLines(algorithms, last)}assay score from start to end, by the clock, best of 3 runs\n`);
  }

  const python = flags.against === undefined ? undefined : await measurePython(metrics, subject.texts, seconds);
  if (python !== undefined) {
    print(`\n${peerLines(python.peers, columns)}our rate over that of Python ${python.python}, CPU time, same texts\n`);
    for (const line of python.skipped) print(`skipped: ${line}\n`);
  }

  const results: BenchResults = {
    ...{ version: BENCH_VERSION, machine, seed, texts, metrics, algorithms },
    ...{ python: python?.python ?? null, peers: [...(python?.peers ?? [])] },
  };
  await write(flags.output, await chart(results, columns));
  await write(figures, `${JSON.stringify(joined(results, last), null, 2)}\n`);
  if (flags.json === true) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  const compared = `compared with what ${figures} held: = is less than the samples differ\n`;
  print(`\n${machine}; seed ${seed}\n${last === undefined ? '' : compared}${flags.output}, ${figures}\n`);
  return 0;
}

/** Without either list: all metrics, and the algorithm that needs no model. */
async function subjectOf(flags: BenchFlags, seed: number): Promise<Subject> {
  const isOpen = flags.metrics === undefined && flags.algorithms === undefined;
  const metrics = flags.metrics ?? (isOpen ? Object.keys(METRICS).join(',') : '');
  const algorithms = flags.algorithms ?? (isOpen ? 'qa_accuracy' : '');
  const lists = {
    metrics: named(metrics, Object.keys(METRICS), 'metric', 'assay metrics list'),
    algorithms: named(algorithms, [...ALGORITHMS.keys()], 'algorithm', 'assay algorithms list'),
  };
  if (flags.data === undefined) return { ...lists, texts: madeUpTexts(seed), file: undefined };
  const { modelOutputKey, targetOutputKey } = flags;
  const { texts, rows, bytes } = await textsOfFile(flags.data, flags);
  const file = { file: resolve(flags.data), modelOutputKey, targetOutputKey, rows, bytes };
  return { ...lists, texts: [texts], file };
}

function named(list: string, known: readonly string[], what: string, command: string): string[] {
  const names = list.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = didYouMean(name, known);
    throw new AssayError('USAGE', `no ${what} ${JSON.stringify(name)}`, {
      hint: near === undefined ? `See: ${command}.` : `Did you mean "${near}"?`,
    });
  }
  return names;
}

async function measureAlgorithms({ algorithms, texts, file }: Subject): Promise<BenchResults['algorithms']> {
  if (algorithms.length === 0) return [];
  const measure = async (data: BenchFile): Promise<BenchResults['algorithms']> => {
    const results: BenchResults['algorithms'] = [];
    for (const algorithm of algorithms) results.push(await measureAlgorithm(algorithm, data));
    return results;
  };
  return file === undefined ? withBenchRows(texts[0]!.pairs, measure) : measure(file);
}

async function measurePython(metrics: BenchResults['metrics'], texts: readonly BenchTexts[], seconds: number) {
  const { againstPython } = await import('../bench/python-peers.ts');
  return againstPython(metrics, texts, seconds, (line) => process.stderr.write(`${line}\n`));
}

async function chart(
  { machine, seed, metrics, algorithms }: BenchResults,
  columns: readonly string[],
): Promise<string> {
  const { throughputChart } = await import('assay/internal/report');
  const byPair = {
    unit: 'pairs a CPU second',
    series: columns,
    rows: metrics.map(({ metric, rates }) => ({
      name: metric,
      rates: columns.map((column) => rates[column]!.pairsPerSecond),
    })),
  };
  const byRow = {
    unit: 'rows a second, from start to end',
    series: [],
    rows: algorithms.map(({ algorithm, rowsPerSecond }) => ({ name: algorithm, rates: [rowsPerSecond] })),
  };
  const panels = [byPair, byRow].filter(({ rows }) => rows.length > 0);
  return throughputChart({ title: 'Throughput', note: `${machine}; seed ${seed}`, panels });
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new AssayError('RUN_OUTPUT_NOT_WRITABLE', `cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
}
