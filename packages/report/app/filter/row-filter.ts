import type { PageIndex } from '../../src/rows/page-data.ts';
import { searchedParts } from './search-text.ts';

/** What the toolbar says. Positions are those of the page's index; −1 and null stand for any. */
export interface RowFilter {
  readonly text: string;
  /** The part of a row that has it: `output`, `column:source`; '' for any. */
  readonly part: string;
  readonly model: number;
  readonly state: number;
  readonly category: number;
  /** Position of the score that the list shows, the range applies to and the order follows. */
  readonly score: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly order: RowOrder;
  readonly list: SampleList;
  /** A label that people gave; '' for any. */
  readonly label: string;
  /** Positions of the two models that fixed and broken are about. */
  readonly baseline: number;
  readonly candidate: number;
}

export const ROW_ORDERS = ['sample', 'worst', 'best', 'differ', 'slowest'] as const;
export type RowOrder = (typeof ROW_ORDERS)[number];

/** What one asks of the samples. */
export const SAMPLE_LISTS = [
  'all',
  'fixed',
  'broken',
  'disagree',
  'worst',
  'longest',
  'cut',
  'unscored',
  'unsure',
  'noted',
] as const;
export type SampleList = (typeof SAMPLE_LISTS)[number];

export interface FilterDefaults {
  readonly lead?: { readonly baseline: number; readonly candidate: number } | null;
  /** Key of the score that is shown unless another is asked for. */
  readonly first?: string | undefined;
}

function scorePlace({ scores }: PageIndex, ...keys: readonly string[]): number {
  const places = keys.map((wanted) => scores.findIndex(({ key }) => key === wanted));
  return places.find((place) => place >= 0) ?? 0;
}

/** What the address says of the list; what it says wrongly counts as not said. */
export function filterOf(
  values: URLSearchParams,
  index: PageIndex,
  { lead = null, first = '' }: FilterDefaults = {},
): RowFilter {
  const place = (names: readonly string[], name: string) => names.indexOf(values.get(name) ?? '\0');
  const bound = (name: string) => {
    const text = values.get(name) ?? '';
    return text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text);
  };
  const side = (name: string, otherwise: number) => {
    const at = place(index.models, name);
    return at < 0 ? otherwise : at;
  };
  return {
    text: values.get('q') ?? '',
    part: searchedParts(index).find((part) => part === values.get('in')) ?? '',
    model: place(index.models, 'only'),
    state: place(index.states, 'state'),
    category: place(index.categories, 'category'),
    score: scorePlace(index, values.get('score') ?? '', first),
    label: values.get('label') ?? '',
    ...{ from: bound('from'), to: bound('to') },
    order: ROW_ORDERS.find((order) => order === values.get('order')) ?? 'sample',
    list: SAMPLE_LISTS.find((list) => list === values.get('list')) ?? 'all',
    baseline: side('baseline', lead?.baseline ?? 0),
    candidate: side('candidate', lead?.candidate ?? 0),
  };
}

/** The values of the address that say the same; '' for what need not be said. */
export function filterValues(change: Partial<RowFilter>, index: PageIndex): Record<string, string> {
  const values: Record<string, string> = {};
  const say = (name: string, value: string | undefined) => {
    values[name] = value ?? '';
  };
  if (change.text !== undefined) say('q', change.text);
  if (change.part !== undefined) say('in', change.part);
  if (change.label !== undefined) say('label', change.label);
  if (change.model !== undefined) say('only', index.models[change.model]);
  if (change.state !== undefined) say('state', index.states[change.state]);
  if (change.category !== undefined) say('category', index.categories[change.category]);
  if (change.score !== undefined) say('score', index.scores[change.score]?.key);
  if (change.from !== undefined) say('from', change.from === null ? '' : String(change.from));
  if (change.to !== undefined) say('to', change.to === null ? '' : String(change.to));
  if (change.order !== undefined) say('order', change.order === 'sample' ? '' : change.order);
  if (change.list !== undefined) say('list', change.list === 'all' ? '' : change.list);
  if (change.baseline !== undefined) say('baseline', index.models[change.baseline]);
  if (change.candidate !== undefined) say('candidate', index.models[change.candidate]);
  return values;
}

/** Everything that narrows or orders the list, taken back. */
export const CLEARED: Readonly<Record<string, string>> = Object.fromEntries(
  ['q', 'in', 'only', 'state', 'category', 'score', 'from', 'to', 'order', 'list', 'label'].map((name) => [name, '']),
);
