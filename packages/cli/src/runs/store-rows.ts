import { ALGORITHMS } from 'assay/internal';
import { studentInterval, wilsonInterval } from 'assay/internal/metrics';
import type { HistoryRow } from './score-history.ts';

/** The figures of a Parquet store, through DuckDB where it is installed; undefined for a folder that is none. */
export async function storeRows(folder: string | undefined): Promise<HistoryRow[] | undefined> {
  const { isScoreStore, readScoreStore } = await import('assay/internal/report');
  if (folder === undefined || !(await isScoreStore(folder))) return undefined;
  const { scores } = await readScoreStore(folder);
  return scores.map(({ dataset, model, run, algorithm, score, n, mean, deviation, isBinary }) => {
    const [low, high] = isBinary
      ? wilsonInterval(Math.round(mean * n), n)
      : studentInterval(mean, (deviation ?? 0) / Math.sqrt(n), n);
    const interval = deviation === null ? null : ([low, high] as const);
    const better = directionOf(algorithm, score);
    const kept = { run, createdAt: timeOf(run), dataset, model, algorithm, score, value: mean, interval, n, better };
    return { ...kept, signature: null };
  });
}

/** A run's name begins with its time; one that was named by hand has none. */
function timeOf(run: string): string {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(run);
  if (found === null) return '';
  const [, year, month, day, hour, minute, second] = found;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

/** Which way is better, as the algorithm says with its defaults; null for one that is not ours. */
function directionOf(algorithm: string, score: string): HistoryRow['better'] {
  const known = ALGORITHMS.get(algorithm);
  const defaults = known?.options.safeParse({});
  if (known === undefined || defaults?.success !== true) return null;
  return known.scores(defaults.data)[score]?.better ?? null;
}
