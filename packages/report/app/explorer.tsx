/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { wellFormed } from '../src/text/well-formed.ts';
import type { SampleSource } from './data/sample-source.ts';
import { SampleDetail } from './detail/sample-detail.tsx';
import { NO_FILTER, type RowFilter } from './filter/row-filter.ts';
import { selectRows } from './filter/select-rows.ts';
import { Toolbar } from './filter/toolbar.tsx';
import { useSearch } from './filter/use-search.ts';
import { RowList } from './list/row-list.tsx';
import { HelpDialog } from './shell/help-dialog.tsx';
import { formatPermalink, parsePermalink } from './shell/permalink.ts';
import { PrintedRows } from './shell/printed-rows.tsx';
import { useKeys } from './shell/use-keys.ts';
import { usePrinting } from './shell/use-printing.ts';

/** The hash without a jump and without an entry in the history. */
function setHash(hash: string): void {
  try {
    history.replaceState(null, '', hash === '' ? location.pathname + location.search : hash);
  } catch {
    location.hash = hash;
  }
}

/** The samples of a run: a filtered, ordered list and one sample whole. */
export function Explorer({ source }: { readonly source: SampleSource }) {
  const { index } = source;
  const [filter, setFilter] = useState<RowFilter>(NO_FILTER);
  const [chosen, setChosen] = useState(0);
  const [open, setOpen] = useState(true);
  const [diff, setDiff] = useState(true);
  const [help, setHelp] = useState(false);
  const [, setLoaded] = useState(0);
  const searchField = useRef<HTMLInputElement>(null);
  const detail = useRef<HTMLElement>(null);
  const printing = usePrinting();
  const search = useSearch(source, filter.text);
  const matches = search?.matches ?? null;
  const rows = useMemo(() => selectRows(index, filter, matches), [index, filter, matches]);
  const cursor = rows.indexOf(chosen);

  const rowsOfSample = useMemo(() => {
    const bySample = new Map<number, number[]>();
    index.sample.forEach((sample, row) => {
      const known = bySample.get(sample);
      if (known === undefined) bySample.set(sample, [row]);
      else known.push(row);
    });
    return bySample;
  }, [index]);
  const together = [chosen, ...(rowsOfSample.get(index.sample[chosen] ?? -1) ?? []).filter((row) => row !== chosen)];

  const choose = (place: number, show = true): boolean => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    if (row === undefined) return false;
    setChosen(row);
    if (show) setOpen(true);
    setHash(formatPermalink({ sample: index.sample[row] ?? 0, model: index.models[index.model[row] ?? 0] ?? null }));
    return true;
  };

  useLayoutEffect(() => {
    const follow = () => {
      const link = parsePermalink(location.hash);
      if (link === null) return;
      const candidates = rowsOfSample.get(link.sample) ?? [];
      const row =
        candidates.find((each) => wellFormed(index.models[index.model[each] ?? 0] ?? '') === link.model) ??
        candidates[0];
      if (row === undefined) return;
      setChosen(row);
      setOpen(true);
      document.getElementById('samples')?.scrollIntoView();
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [index, rowsOfSample]);

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
        setFilter((old) => ({ ...old, text: '' }));
        searchField.current?.blur();
      } else {
        setOpen(false);
        setHash('');
      }
      return true;
    },
    d: () => {
      setDiff((old) => !old);
      return true;
    },
    '?': () => {
      setHelp(true);
      return true;
    },
  });

  if (printing) return <PrintedRows source={source} rows={rows} diff={diff} />;
  return (
    <div class={open ? 'explorer open' : 'explorer'}>
      <Toolbar
        index={index}
        filter={filter}
        onFilter={(change) => setFilter((old) => ({ ...old, ...change }))}
        diff={diff}
        onDiff={setDiff}
        onHelp={() => setHelp(true)}
        found={rows.length}
        progress={search}
        search={searchField}
      />
      <div class="panes">
        <RowList source={source} rows={rows} score={filter.score} chosen={chosen} cursor={cursor} onChoose={choose} />
        {open && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: Enter moves the focus here, and the pane scrolls
          <section class="detail" ref={detail} tabIndex={0} aria-label="The chosen sample">
            <SampleDetail source={source} rows={together} diff={diff} />
          </section>
        )}
      </div>
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
