import { useEffect, useState } from 'preact/hooks';
import type { PageIndex } from '../../src/rows/page-data.ts';
import type { SampleSource } from './sample-source.ts';

/** The index with the columns of scores at these places: without them until they have come. */
export function useScores(source: SampleSource, places: readonly number[]): PageIndex {
  const [, came] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const draw = (isNew: boolean) => {
      if (isNew && isWanted) came((n) => n + 1);
    };
    // A column that is missing leaves its place empty; the texts beside it tell of missing files.
    source.wantScores(places).then(draw, () => {});
    return () => {
      isWanted = false;
    };
  }, [source, places.join()]);
  return source.index;
}
