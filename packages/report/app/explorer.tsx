/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageIndex } from '../src/rows/page-data.ts';
import type { RunPage } from '../src/run-page/run-page.ts';
import { wellFormed } from '../src/text/well-formed.ts';
import type { SampleSource } from './data/sample-source.ts';
import { useScores } from './data/use-scores.ts';
import { SampleDetail } from './detail/sample-detail.tsx';
import { countLists } from './filter/count-lists.ts';
import { ListWords, QuestionBar } from './filter/question-bar.tsx';
import { filterOf, type RowFilter, type SampleList } from './filter/row-filter.ts';
import { rowsOfSample } from './filter/row-order.ts';
import { prepareOrders, selectRows } from './filter/select-rows.ts';
import { Toolbar } from './filter/toolbar.tsx';
import { useFilter } from './filter/use-filter.ts';
import { useSearch } from './filter/use-search.ts';
import { RowList } from './list/row-list.tsx';
import { marksOf } from './marks/model-mark.tsx';
import { labelsOf, notedColumn, withLabel } from './notes/noted-rows.ts';
import { SampleNoteView } from './notes/sample-note.tsx';
import { SampleNoteDialog } from './notes/sample-note-dialog.tsx';
import { useSampleNotes } from './notes/use-sample-notes.ts';
import { parsePermalink, permalinkValues } from './shell/permalink.ts';
import { PrintedRows } from './shell/printed-rows.tsx';
import { onUrlChange, setUrlValues } from './shell/url-state.ts';
import { useKeys } from './shell/use-keys.ts';
import { usePrinting } from './shell/use-printing.ts';
import { onIdle } from './shell/when-idle.tsx';

/** The samples of a run: lists by what one asks, and one sample whole. */
export function Explorer({ source, page }: { readonly source: SampleSource; readonly page: RunPage }) {
  const defaults = { lead: page.lead, first: page.scores[0]?.key };
  const { filter, change, clear } = useFilter(source.index, defaults);
  const scored = useScores(source, [filter.score]);
  const { notes, save, said } = useSampleNotes(page.sampleNotes);
  const index = useMemo(() => ({ ...scored, noted: notedColumn(scored, notes) }), [scored, notes]);
  const [isNoting, setNoting] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [open, setOpen] = useState(true);
  const [diff, setDiff] = useState(true);
  const [, setLoaded] = useState(0);
  const searchField = useRef<HTMLInputElement>(null);
  const detail = useRef<HTMLElement>(null);
  const printing = usePrinting();
  const marks = useMemo(() => marksOf(page.models), [page]);
  const search = useSearch(source, filter);
  const found = search?.matches ?? null;
  const matches = useMemo(() => withLabel(index, notes, filter.label, found), [index, notes, filter.label, found]);
  const { rows, gains } = useSelectedRows(index, filter, matches);
  const counts = useListCounts(source, index, filter);
  const sample = index.sample[chosen] ?? -1;
  const cursor = rows.indexOf(chosen);
  const together = [chosen, ...rowsOfSample(index, index.sample[chosen] ?? -1).filter((row) => row !== chosen)];

  const choose = (place: number, show = true): boolean => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    if (row === undefined) return false;
    setChosen(row);
    if (show) setOpen(true);
    setUrlValues(
      permalinkValues({ sample: index.sample[row] ?? 0, model: index.models[index.model[row] ?? 0] ?? null }),
    );
    return true;
  };
  const ask = (list: SampleList) => {
    change({ list });
    const first = selectRows(index, { ...filter, list }, matches).rows[0];
    if (first !== undefined) setChosen(first);
  };

  useLayoutEffect(() => {
    const follow = () => {
      const link = parsePermalink();
      if (link === null) return;
      const candidates = rowsOfSample(index, link.sample);
      const row =
        candidates.find((each) => wellFormed(index.models[index.model[each] ?? 0] ?? '') === link.model) ??
        candidates[0];
      if (row === undefined) return;
      setChosen(row);
      setOpen(true);
    };
    const arrive = () => {
      follow();
      if (parsePermalink() !== null) document.getElementById('samples')?.scrollIntoView();
    };
    arrive();
    addEventListener('hashchange', arrive);
    const end = onUrlChange(follow);
    return () => {
      removeEventListener('hashchange', arrive);
      end();
    };
  }, [source]);

  useEffect(() => onIdle(source.firstTexts, () => source.readAhead()), [source]);

  useEffect(() => {
    const missing = new Set(together.filter((row) => source.peek(row) === null).map((row) => source.chunkOf(row)));
    const looked = () => setLoaded((n) => n + 1);
    for (const chunk of missing) source.load(chunk).then(looked, looked);
  }, [source, chosen]);

  const move = (step: number) => () => choose(cursor < 0 ? 0 : cursor + step, false);
  const inList = (action: () => boolean) => () =>
    document.activeElement?.classList.contains('rows') === true && action();
  useKeys({
    j: move(1),
    k: move(-1),
    ArrowDown: inList(move(1)),
    ArrowUp: inList(move(-1)),
    Home: inList(() => choose(0, false)),
    End: inList(() => choose(rows.length - 1, false)),
    Enter: () => {
      if (!choose(Math.max(0, cursor))) return false;
      requestAnimationFrame(() => detail.current?.focus({ preventScroll: false }));
      return true;
    },
    '/': () => {
      searchField.current?.focus();
      searchField.current?.select();
      return true;
    },
    Escape: () => {
      if (document.activeElement === searchField.current) {
        change({ text: '' });
        searchField.current?.blur();
      } else {
        setOpen(false);
        setUrlValues({ row: '', model: '' });
      }
      return true;
    },
    n: () => {
      setNoting(save !== null && source.peek(chosen) !== null);
      return save !== null;
    },
    d: () => {
      setDiff((old) => !old);
      return true;
    },
  });

  if (printing) return <PrintedRows source={source} rows={rows} marks={marks} diff={diff} />;
  const start = filterOf(new URLSearchParams(), index, defaults);
  return (
    <div class={open ? 'explorer open' : 'explorer'}>
      <QuestionBar index={index} filter={filter} counts={counts} onList={ask} />
      <Toolbar
        index={index}
        filter={filter}
        onFilter={change}
        onClear={clear}
        isNarrowed={JSON.stringify(filter) !== JSON.stringify(start)}
        diff={diff}
        onDiff={setDiff}
        found={rows.length}
        labels={labelsOf(notes)}
        progress={search}
        search={searchField}
      />
      <div class="panes">
        <div class="list">
          <p class="ask">
            <ListWords index={index} filter={filter} />
          </p>
          <RowList {...{ source, rows, gains, marks, chosen, cursor }} score={filter.score} onChoose={choose} />
        </div>
        {open && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: Enter moves the focus here, and the pane scrolls
          <section class="detail" ref={detail} tabIndex={0} aria-label="The chosen sample">
            <SampleDetail source={source} rows={together} marks={marks} diff={diff}>
              <SampleNoteView
                note={notes.get(sample)}
                said={said}
                onEdit={save === null ? null : () => setNoting(true)}
              />
            </SampleDetail>
          </section>
        )}
      </div>
      {isNoting && save !== null && (
        <SampleNoteDialog
          sample={sample}
          digest={source.peek(chosen)?.digest ?? ''}
          note={notes.get(sample)}
          known={labelsOf(notes)}
          onClose={() => setNoting(false)}
          onSave={(note) => {
            setNoting(false);
            void save(note);
          }}
        />
      )}
    </div>
  );
}

/** The rows of a filter; the same array as long as they are the same, so that the list stays where it was scrolled to. */
function useSelectedRows(index: PageIndex, filter: RowFilter, matches: Uint8Array | null) {
  const last = useRef<Int32Array | null>(null);
  const found = useMemo(() => selectRows(index, filter, matches), [index, filter, matches]);
  const rows = last.current !== null && areSame(last.current, found.rows) ? last.current : found.rows;
  last.current = rows;
  return { ...found, rows };
}

function areSame(some: Int32Array, others: Int32Array): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}

/** Counted when the page stands: they are not worth waiting for. The orders are worked out then, too. */
function useListCounts(source: SampleSource, index: PageIndex, filter: RowFilter) {
  const [counts, setCounts] = useState<ReturnType<typeof countLists> | null>(null);
  useEffect(() => {
    return onIdle(source.firstTexts, () => {
      setCounts(countLists(index, filter));
      prepareOrders(index, filter);
    });
  }, [index, filter.score, filter.baseline, filter.candidate]);
  return counts;
}
