import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TextPair } from '../metrics/read-pair.ts';
import type { BenchFile } from './measure-algorithm.ts';

const ROWS = 100_000;
const KEYS = { modelOutputKey: 'model_output', targetOutputKey: 'target_output' };

/** Hands over a file of 100,000 rows, in which the pairs come again and again; it is gone afterwards. */
export async function withBenchRows<Result>(
  pairs: readonly TextPair[],
  use: (data: BenchFile) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    const file = join(folder, 'made-up.jsonl');
    await pipeline(Readable.from(lines(pairs)), createWriteStream(file));
    const { size: bytes } = await stat(file);
    return await use({ ...KEYS, file, rows: ROWS, bytes });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* lines(pairs: readonly TextPair[]): Generator<string> {
  for (let row = 0; row < ROWS; row++) {
    const { hypothesis, references } = pairs[row % pairs.length]!;
    yield `${JSON.stringify({ model_output: hypothesis, target_output: references[0] })}\n`;
  }
}
