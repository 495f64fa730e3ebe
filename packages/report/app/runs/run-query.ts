import type { EntryScore, RunEntry } from '../../src/view-pages/runs-page.ts';
import { costOf } from '../filter/list-rows.ts';

/** What the list of runs is narrowed and ordered by; '' for any. */
export interface RunQuery {
  readonly text: string;
  readonly dataset: string;
  readonly tag: string;
  readonly order: RunOrder;
  readonly group: RunGroup;
  readonly hasArchived: boolean;
}

export const RUN_ORDERS = ['newest', 'best', 'name', 'longest'] as const;
export type RunOrder = (typeof RUN_ORDERS)[number];
export const RUN_GROUPS = ['data', 'tag', 'none'] as const;
export type RunGroup = (typeof RUN_GROUPS)[number];

/** The score that a run shows: of several models the best. */
export function leadOf({ scores }: RunEntry, key: string): EntryScore | null {
  const own = scores.filter((score) => score.key === key);
  const cost = ({ better, value }: EntryScore) => (better === null ? 0 : costOf(better, value));
  return own.toSorted((a, b) => cost(a) - cost(b))[0] ?? null;
}

/** Every score that a run shows, those that most runs have first. */
export function keysOf(runs: readonly RunEntry[]): string[] {
  const counts = new Map<string, number>();
  for (const { scores } of runs)
    for (const key of new Set(scores.map((score) => score.key))) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([key]) => key);
}

/** What a run is called. */
export function titleOf({ title, name }: Pick<RunEntry, 'title' | 'name'>): string {
  return title === '' ? name : title;
}

/** The runs that pass, in their order. */
export function selectRuns(runs: readonly RunEntry[], query: RunQuery, key: string): RunEntry[] {
  const wanted = query.text.toLowerCase();
  const found = runs.filter(
    (run) =>
      (query.hasArchived || !run.isArchived) &&
      (query.dataset === '' || run.dataset === query.dataset) &&
      (query.tag === '' || run.tags.includes(query.tag)) &&
      (wanted === '' ||
        [run.name, run.title, run.note, run.dataset, ...run.tags, ...run.models].some((text) =>
          text.toLowerCase().includes(wanted),
        )),
  );
  const cost = (run: RunEntry) => {
    const lead = leadOf(run, key);
    return lead === null || lead.better === null ? Number.POSITIVE_INFINITY : costOf(lead.better, lead.value);
  };
  switch (query.order) {
    case 'best':
      return found.toSorted((a, b) => cost(a) - cost(b) || 0);
    case 'name':
      return found.toSorted((a, b) => titleOf(a).localeCompare(titleOf(b), 'en'));
    case 'longest':
      return found.toSorted((a, b) => (b.tookMs ?? 0) - (a.tookMs ?? 0));
    default:
      return found;
  }
}

/** Runs by what groups them, in the order of each group's first. */
export function groupRuns(runs: readonly RunEntry[], group: RunGroup): [title: string, runs: RunEntry[]][] {
  const groups = new Map<string, RunEntry[]>();
  for (const run of runs) {
    const key = group === 'data' ? `${run.dataset}\n${run.data}` : group === 'tag' ? (run.tags[0] ?? 'no tag') : '';
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [run]);
    else known.push(run);
  }
  return [...groups].map(([key, own]) => [key.split('\n')[0]!, own]);
}

/** The newest starred run over the same rows; null where there is none. */
export function baselineOf(runs: readonly RunEntry[], { data }: RunEntry): RunEntry | null {
  return runs.find((run) => run.isStarred && run.data === data && run.state === 'finished') ?? null;
}
