import { useEffect, useRef, useState } from 'preact/hooks';
import type { AgainstBaseline, RunEntry } from '../../src/view-pages/runs-page.ts';
import { askViewer } from '../shell/home.ts';
import { baselineOf, leadOf } from './run-query.ts';

export type Against = ReadonlyMap<string, AgainstBaseline>;

/** Each run against the baseline of its data, one after another: the list does not wait for them. By run's name. */
export function useAgainst(runs: readonly RunEntry[], shown: readonly RunEntry[], key: string): Against {
  const [found, setFound] = useState<Against>(new Map());
  const known = useRef(new Map<string, AgainstBaseline>());
  const asked = shown.flatMap((run) => {
    const baseline = baselineOf(runs, run);
    const [before, after] = [baseline === null ? null : leadOf(baseline, key), leadOf(run, key)];
    if (baseline === null || baseline === run || before === null || after === null || run.state !== 'finished')
      return [];
    const query = new URLSearchParams({
      baseline: JSON.stringify([baseline.name, before.model]),
      candidate: JSON.stringify([run.name, after.model]),
      score: key,
    });
    return [{ name: run.name, query: String(query) }];
  });
  const all = asked.map(({ query }) => query).join('\n');

  useEffect(() => {
    let wanted = true;
    const tell = () => {
      if (!wanted) return;
      setFound(
        new Map(
          asked.flatMap(({ name, query }) => {
            const one = known.current.get(query);
            return one === undefined ? [] : [[name, one] as const];
          }),
        ),
      );
    };
    const look = async () => {
      tell();
      for (const { query } of asked) {
        if (!wanted) return;
        if (known.current.has(query)) continue;
        const answer = await askViewer(`against.json?${query}`).catch((error: unknown) => ({
          ...{ verdict: null, difference: null, worse: [] },
          words: error instanceof Error ? error.message : String(error),
        }));
        known.current.set(query, answer as AgainstBaseline);
        tell();
      }
    };
    void look();
    return () => {
      wanted = false;
    };
  }, [all]);
  return found;
}
