import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AssayError, openDataset } from 'assay/internal';
import type { TextPair } from '../metrics/read-pair.ts';
import { BENCH_LENGTHS, type BenchLength, benchCorpus } from './bench-corpus.ts';

/** Texts that metrics are timed on, by a name that heads a column. */
export interface BenchTexts {
  readonly name: string;
  readonly pairs: readonly TextPair[];
  /** UTF-8 bytes of all texts. */
  readonly bytes: number;
  /** SHA-256 of the texts: figures of other texts are not compared. */
  readonly digest: string;
}

const PAIRS: Readonly<Record<BenchLength, number>> = { short: 5_000, summaries: 500, long: 20 };
/** Of a user's file; the rest is left to whole algorithms, which read all of it. */
const MOST_PAIRS = 5_000;
const MOST_BYTES = 16 * 2 ** 20;

/** Made-up texts of three lengths; the same for the same seed anywhere. */
export function madeUpTexts(seed: number): BenchTexts[] {
  return (Object.keys(BENCH_LENGTHS) as BenchLength[]).map((name) =>
    textsOf(name, benchCorpus(name, PAIRS[name], seed)),
  );
}

export interface DataKeys {
  readonly modelOutputKey: string;
  readonly targetOutputKey: string;
}

/** A user's file: some of its pairs, and how large it is. */
export interface FileTexts {
  readonly texts: BenchTexts;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * The first pairs of a file that `assay score` could read: 5,000 rows or 16 MiB.
 * @throws AssayError as `openDataset`; DATASET_EMPTY when no row has both texts
 */
export async function textsOfFile(file: string, { modelOutputKey, targetOutputKey }: DataKeys): Promise<FileTexts> {
  const dataset = await openDataset({
    input_data_location: [resolve(file)],
    model_output_key: modelOutputKey,
    target_output_key: targetOutputKey,
  });
  const pairs: TextPair[] = [];
  let bytes = 0;
  for await (const { features } of dataset.samples({ limit: MOST_PAIRS })) {
    const { model_output: hypothesis, target_output: reference } = features;
    if (hypothesis === undefined || reference === undefined) continue;
    pairs.push({ hypothesis, references: [reference] });
    bytes += Buffer.byteLength(hypothesis) + Buffer.byteLength(reference);
    if (bytes > MOST_BYTES) break;
  }
  if (pairs.length === 0) {
    throw new AssayError('DATASET_EMPTY', `none of the first rows of ${file} has both an output and a target`, {
      hint: `--model-output-key and --target-output-key name the columns; they are ${modelOutputKey} and ${targetOutputKey}`,
    });
  }
  const { size } = await stat(file);
  return { texts: textsOf(basename(file), pairs), rows: await dataset.countRows(), bytes: size };
}

function textsOf(name: string, pairs: readonly TextPair[]): BenchTexts {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const { hypothesis, references } of pairs) {
    for (const text of [hypothesis, ...references]) {
      hash.update(text).update('\0');
      bytes += Buffer.byteLength(text);
    }
  }
  return { name, pairs, bytes, digest: hash.digest('hex') };
}
