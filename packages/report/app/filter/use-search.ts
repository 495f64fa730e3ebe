import { useEffect, useState } from 'preact/hooks';
import type { SampleSource } from '../data/sample-source.ts';
import type { RowFilter } from './row-filter.ts';
import { type SearchProgress, searchText } from './search-text.ts';

/** Searches a little after the last key, and gives way to the page while it goes on. Null without a text. */
export function useSearch(
  source: SampleSource,
  { text, part }: Pick<RowFilter, 'text' | 'part'>,
): SearchProgress | null {
  const [search, setSearch] = useState<SearchProgress | null>(null);
  useEffect(() => {
    if (text === '') {
      setSearch(null);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => void searchText(source, { text, part }, controller.signal, setSearch), 120);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [source, text, part]);
  return text === '' ? null : search;
}
