import { basename, dirname } from 'node:path';
import { inStoreOrder, type StoredScore } from './score-store.ts';

interface Sums {
  n: number;
  mean: number;
  /** Sum of squared distances from the mean (Welford). */
  m2: number;
  isBinary: boolean;
}

/** Adds the scores up a file at a time, with nothing installed. */
export async function readWithHyparquet(files: readonly string[]): Promise<StoredScore[]> {
  const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet');
  const parts = new Map<
    string,
    { readonly of: Pick<StoredScore, 'dataset' | 'model' | 'run' | 'algorithm' | 'score'>; readonly sums: Sums }
  >();
  for (const file of files) {
    const [run, model, dataset] = partitionsOf(file);
    const columns = ['algorithm', 'score', 'value'];
    for (const row of await parquetReadObjects({ file: await asyncBufferFromFile(file), columns })) {
      const { algorithm, score, value } = row as {
        algorithm: string | null;
        score: string | null;
        value: number | null;
      };
      if (algorithm === null || score === null || value === null) continue;
      const key = JSON.stringify([dataset, model, run, algorithm, score]);
      const part = parts.get(key) ?? {
        of: { dataset, model, run, algorithm, score },
        sums: { n: 0, mean: 0, m2: 0, isBinary: true },
      };
      parts.set(key, part);
      add(part.sums, value);
    }
  }
  return inStoreOrder(
    [...parts.values()].map(({ of, sums: { n, mean, m2, isBinary } }) => ({
      ...of,
      n,
      mean,
      deviation: n > 1 ? Math.sqrt(m2 / (n - 1)) : null,
      isBinary,
    })),
  );
}

function add(sums: Sums, value: number): void {
  sums.n += 1;
  const step = value - sums.mean;
  sums.mean += step / sums.n;
  sums.m2 += step * (value - sums.mean);
  sums.isBinary &&= value === 0 || value === 1;
}

/** Values of run, model and dataset from the folders above a file. */
function partitionsOf(file: string): [run: string, model: string, dataset: string] {
  const run = dirname(file);
  const model = dirname(run);
  return [valueOfFolder(run), valueOfFolder(model), valueOfFolder(dirname(model))];
}

function valueOfFolder(path: string): string {
  const value = basename(path).replace(/^[^=]*=/, '');
  return value === '__HIVE_DEFAULT_PARTITION__' ? '' : decodeURIComponent(value);
}
