/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import { niceScale } from '../../src/charts/nice-scale.ts';
import type { RunEntry, RunsPage } from '../../src/view-pages/runs-page.ts';
import { plural } from '../../src/wording/format-number.ts';
import { CopyMenu } from '../copy/copy-menu.tsx';
import { AxisTicks } from '../marks/whisker.tsx';
import { Label, Name, Pieces } from '../marks/words.tsx';
import { Footer } from '../shell/footer.tsx';
import { askViewer, homeOf, pathPart } from '../shell/home.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { useUrlValue } from '../shell/url-state.ts';
import { useKeys } from '../shell/use-keys.ts';
import { NotesDialog } from './notes-dialog.tsx';
import { groupRuns, keysOf, leadOf, RUN_GROUPS, RUN_ORDERS, selectRuns } from './run-query.ts';
import { RunRow } from './run-row.tsx';
import { RunsDock } from './runs-dock.tsx';
import { RunsFilters } from './runs-filters.tsx';
import { runsHeadline } from './runs-headline.ts';
import { useAgainst } from './use-against.ts';

/** Milliseconds between two looks at runs: one that goes on is worth looking at more often. */
const LOOK_MS = { running: 1000, otherwise: 5000 } as const;

/** Rows drawn at once, a screen of them, and with each further step. */
const FIRST_ROWS = 24;
const MORE_ROWS = 120;
/** Runs that one comparison has room for. */
const MOST_COMPARED = 8;
/** Milliseconds in which the first ones are seen before more are drawn. */
const PAUSE_MS = 150;

/** What has been run, and whether it beat the baseline. */
export function RunsView({ page: first }: { readonly page: RunsPage }) {
  const [page, look] = useLivePage(first);
  const [text, setText] = useUrlValue('q');
  const [dataset] = useUrlValue('dataset');
  const [tag] = useUrlValue('tag');
  const [order] = useUrlValue('order');
  const [group] = useUrlValue('group');
  const [archived] = useUrlValue('archived');
  const [wanted] = useUrlValue('score');
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [edited, setEdited] = useState<RunEntry | null>(null);
  const [said, setSaid] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const { runs } = page;
  const keys = keysOf(runs);
  const key = keys.includes(wanted) ? wanted : (keys[0] ?? '');
  const grouping = RUN_GROUPS.find((each) => each === group) ?? 'data';
  const query = {
    ...{ text, dataset, tag, group: grouping, hasArchived: archived === 'yes' },
    order: RUN_ORDERS.find((each) => each === order) ?? 'newest',
  };
  const shown = selectRuns(runs, query, key);
  const drawn = useDrawn(shown.length);
  const against = useAgainst(runs, shown, key);
  const selected = picked.filter((name) => runs.some((run) => run.name === name));

  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
      setSaid('');
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
    await look();
  };
  const change = (name: string, notes: object) => act(() => askViewer(`notes.json?run=${pathPart(name)}`, notes));
  const remove = (names: readonly string[]) =>
    act(async () => {
      for (const name of names) await askViewer(`delete.json?run=${pathPart(name)}`, {});
      setPicked([]);
    });
  const compare = () => compareRuns(runs, selected, key);
  const focusRow = (step: number) => () => {
    const rows = [...document.querySelectorAll<HTMLElement>('.runs .open-run')];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
    return rows.length > 0;
  };
  const focused = () =>
    (document.activeElement as HTMLElement | null)?.closest<HTMLElement>('tr[data-run]')?.dataset.run;
  const pick = (name: string) =>
    setPicked((old) => (old.includes(name) ? old.filter((each) => each !== name) : [...old, name]));
  useKeys({
    j: focusRow(1),
    k: focusRow(-1),
    x: () => {
      const name = focused();
      if (name !== undefined) pick(name);
      return name !== undefined;
    },
    s: () => {
      const run = runs.find((each) => each.name === focused());
      if (run !== undefined) void change(run.name, { isStarred: !run.isStarred });
      return run !== undefined;
    },
    e: () => {
      const run = runs.find((each) => each.name === focused());
      if (run !== undefined) setEdited(run);
      return run !== undefined;
    },
    c: compare,
    '/': () => {
      search.current?.focus();
      return true;
    },
    Escape: () => {
      if (document.activeElement === search.current) setText('');
      setPicked([]);
      return true;
    },
  });

  const values = shown.flatMap((run) => {
    const lead = leadOf(run, key);
    return lead === null ? [] : [lead.value, ...(lead.interval ?? [])];
  });
  const told = shown.map((run) => leadOf(run, key)).find((lead) => lead !== null && lead.better !== null);
  const [low, high] = told?.range ?? [null, null];
  const axis = {
    scale: niceScale(values, [low ?? -Infinity, high ?? Infinity], true),
    isTurned: told?.better === 'lower',
  };
  return (
    <>
      <TopBar current="Runs" />
      <main class="wrap">
        <div class="pagehead">
          <h1>{runsHeadline(runs, against)}</h1>
          <p>
            Runs on the same rows as a starred run are held against it, sample by sample; others are listed and not
            compared.
          </p>
        </div>
        <RunsFilters {...{ runs, keys, chosenKey: key, query, search }} found={shown.length} />
        {shown.length > 0 && <CopyMenu of="runs" title="the list of runs" />}
        <p role="status" class="error">
          <Pieces text={said} />
        </p>
        {runs.length === 0 && page.damaged.length === 0 && (
          <p class="none">
            No runs yet. Start one with <code>assay run CONFIG</code>.
          </p>
        )}
        {shown.length > 0 && (
          <table class="runs" id="runs">
            <thead>
              <tr>
                <th scope="col" colSpan={2}>
                  <span class="vh">Pick, star</span>
                </th>
                <th scope="col">Run</th>
                <th scope="col" class="wh">
                  <Label text={key} />
                  <AxisTicks axis={axis} />
                </th>
                <th scope="col">Against ★</th>
                <th scope="col" class="opt">
                  Models
                </th>
                <th scope="col" class="num opt">
                  {runs.some(({ cost }) => cost !== null) ? 'Took, cost' : 'Took'}
                </th>
                <th scope="col" class="num">
                  When
                </th>
              </tr>
            </thead>
            {groupRuns(shown.slice(0, drawn), grouping).map(([title, own], i) => (
              <tbody key={`${title} ${i}`}>
                {grouping !== 'none' && (
                  <tr class="grp">
                    <th scope="rowgroup" colSpan={8}>
                      <b>
                        <Name text={title} />
                      </b>{' '}
                      {grouping === 'data' && plural(own[0]!.samples, 'sample')}
                    </th>
                  </tr>
                )}
                {own.map((run) => (
                  <RunRow
                    key={run.name}
                    run={run}
                    lead={leadOf(run, key)}
                    axis={axis}
                    baseline={runs.find((each) => each.isStarred && each.data === run.data) ?? null}
                    scoreKey={key}
                    against={against.get(run.name) ?? null}
                    isPicked={selected.includes(run.name)}
                    onPick={() => pick(run.name)}
                    onStar={() => void change(run.name, { isStarred: !run.isStarred })}
                    onEdit={() => setEdited(run)}
                  />
                ))}
              </tbody>
            ))}
          </table>
        )}
        {page.damaged.map(({ name, why }) => (
          <p class="note" key={name}>
            <b>
              <Name text={name} />
            </b>{' '}
            cannot be read: <Pieces text={why} />
          </p>
        ))}
        {selected.length > 0 && (
          <RunsDock
            count={selected.length}
            onCompare={selected.length > 1 && selected.length <= MOST_COMPARED ? compare : null}
            onArchive={() =>
              void act(async () => {
                for (const name of selected) await askViewer(`notes.json?run=${pathPart(name)}`, { isArchived: true });
                setPicked([]);
              })
            }
            onDelete={() => void remove(selected)}
          />
        )}
        {edited !== null && (
          <NotesDialog
            run={edited}
            onClose={() => setEdited(null)}
            onSave={(notes) => {
              setEdited(null);
              void change(edited.name, notes);
            }}
          />
        )}
      </main>
      <Footer />
    </>
  );
}

/** Opens the comparison of runs, the oldest as the baseline; a starred one stays it. */
function compareRuns(runs: readonly RunEntry[], selected: readonly string[], key: string): boolean {
  const oldest = runs.filter(({ name }) => selected.includes(name)).toReversed();
  const [before, ...after] = oldest.toSorted((a, b) => Number(b.isStarred) - Number(a.isStarred));
  if (before === undefined || after.length === 0 || oldest.length > MOST_COMPARED) return false;
  const side = (run: RunEntry) => JSON.stringify([run.name, leadOf(run, key)?.model ?? run.models[0]]);
  const query = new URLSearchParams([['baseline', side(before)], ...after.map((run) => ['candidate', side(run)])]);
  location.href = `${homeOf()}compare?${query}`;
  return true;
}

/** How many rows are drawn: a screen at once, the others when that is seen and there is nothing else to do. */
function useDrawn(all: number): number {
  const [drawn, setDrawn] = useState(FIRST_ROWS);
  useEffect(() => {
    if (drawn >= all) return;
    let idle = 0;
    const more = () => (idle = requestIdleCallback(() => setDrawn(drawn + MORE_ROWS), { timeout: 500 }));
    const timer = setTimeout(more, drawn === FIRST_ROWS ? PAUSE_MS : 0);
    return () => {
      clearTimeout(timer);
      cancelIdleCallback(idle);
    };
  }, [drawn, all]);
  return drawn;
}

/** The runs as they are now, looked at again and again while the page is seen; and a look at once. */
function useLivePage(first: RunsPage): readonly [RunsPage, () => Promise<void>] {
  const [page, setPage] = useState(first);
  const look = async () => {
    try {
      setPage((await askViewer('runs.json')) as RunsPage);
    } catch {
      // The viewer was stopped; the page stays as it is.
    }
  };
  const isRunning = page.runs.some(({ state }) => state === 'running');
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && void look(), isRunning ? LOOK_MS.running : LOOK_MS.otherwise);
    return () => clearInterval(timer);
  }, [isRunning]);
  return [page, look];
}
