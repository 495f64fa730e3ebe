import { useEffect, useState } from 'preact/hooks';
import type { SampleSource } from './sample-source.ts';

/** Fetches the texts of these rows, and draws again as they come, or cannot be had. */
export function useRows(source: SampleSource, rows: readonly number[]): void {
  const [, looked] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const draw = () => isWanted && looked((n) => n + 1);
    for (const row of rows) if (source.peek(row) === null) source.load(source.chunkOf(row)).then(draw, draw);
    return () => {
      isWanted = false;
    };
  }, [source, rows.join()]);
}
