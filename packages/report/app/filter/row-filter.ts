/** What the toolbar says. Positions are those of the page's index; −1 and null stand for any. */
export interface RowFilter {
  readonly text: string;
  readonly model: number;
  readonly state: number;
  readonly category: number;
  /** Position of the score that the list shows, the range applies to and the order follows. */
  readonly score: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly order: RowOrder;
}

export type RowOrder = 'sample' | 'worst' | 'best' | 'differ' | 'slowest';

export const NO_FILTER: RowFilter = {
  text: '',
  model: -1,
  state: -1,
  category: -1,
  score: 0,
  from: null,
  to: null,
  order: 'sample',
};
