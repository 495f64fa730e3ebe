/** @jsxImportSource preact */
import type { Ref } from 'preact';
import type { PageIndex } from '../../src/rows/page-data.ts';
import { visibleText } from '../../src/text/visible-text.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import { remember } from './remember.ts';
import { ROW_ORDERS, type RowFilter, type RowOrder } from './row-filter.ts';
import { type SearchProgress, searchedParts } from './search-text.ts';

export interface ToolbarProps {
  readonly index: PageIndex;
  readonly filter: RowFilter;
  readonly onFilter: (change: Partial<RowFilter>) => void;
  readonly diff: boolean;
  readonly onDiff: (diff: boolean) => void;
  readonly onClear: () => void;
  /** Whether anything narrows or orders the list. */
  readonly isNarrowed: boolean;
  readonly found: number;
  /** Labels that samples have. */
  readonly labels: readonly string[];
  /** null without a text to search for. */
  readonly progress: SearchProgress | null;
  readonly search: Ref<HTMLInputElement>;
}

const ORDERS: Readonly<Record<RowOrder, string>> = {
  sample: 'dataset order',
  worst: 'worst first',
  best: 'best first',
  differ: 'models differ most',
  slowest: 'slowest first',
};

interface ChoiceProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly value: number;
  /** What −1 stands for; without it there is no such choice. */
  readonly any?: string;
  readonly onValue: (value: number) => void;
}

function Choice({ label, names, value, any, onValue }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select aria-label={label} value={value} onChange={(event) => onValue(Number(event.currentTarget.value))}>
        {any !== undefined && <option value={-1}>{any}</option>}
        {names.map((name, i) => (
          <option key={i} value={i}>
            {visibleText(name)}
          </option>
        ))}
      </select>
    </label>
  );
}

function bound(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? null : value;
}

/** Everything that narrows or orders the list. */
export function Toolbar({
  index,
  filter,
  onFilter,
  diff,
  onDiff,
  onClear,
  isNarrowed,
  found,
  labels,
  progress,
  search,
}: ToolbarProps) {
  const states = remember(index.state, 'that occur', () => [...new Set(index.state)].sort((a, b) => a - b));
  const parts = searchedParts(index);
  const orders = ROW_ORDERS;
  return (
    <search class="toolbar">
      <label class="search">
        <span>Text</span>
        <input
          ref={search}
          type="search"
          value={filter.text}
          placeholder="in input, target or output"
          onInput={(event) => onFilter({ text: event.currentTarget.value })}
        />
      </label>
      <Choice
        label="In"
        any="any text"
        names={parts.map((part) => part.replace(/^column:/, ''))}
        value={parts.indexOf(filter.part)}
        onValue={(at) => onFilter({ part: parts[at] ?? '' })}
      />
      {index.models.length > 1 && (
        <Choice
          label="Model"
          any="all"
          names={index.models}
          value={filter.model}
          onValue={(model) => onFilter({ model })}
        />
      )}
      {labels.length > 0 && (
        <Choice
          label="Label"
          any="any"
          names={labels}
          value={labels.indexOf(filter.label)}
          onValue={(at) => onFilter({ label: labels[at] ?? '' })}
        />
      )}
      <Choice
        label="State"
        any="all"
        names={states.map((state) => (index.states[state] ?? '').replace('_', ' '))}
        value={states.indexOf(filter.state)}
        onValue={(state) => onFilter({ state: states[state] ?? -1 })}
      />
      {index.categories.length > 0 && (
        <Choice
          label="Category"
          any="all"
          names={index.categories}
          value={filter.category}
          onValue={(category) => onFilter({ category })}
        />
      )}
      {index.scores.length > 0 && (
        <>
          <Choice
            label="Score"
            names={index.scores.map((column) => column.key)}
            value={filter.score}
            onValue={(score) => onFilter({ score })}
          />
          <fieldset>
            <legend>Range</legend>
            <input
              type="number"
              step="any"
              aria-label="Least score"
              placeholder="from"
              value={filter.from ?? ''}
              onInput={(event) => onFilter({ from: bound(event.currentTarget.value) })}
            />
            <input
              type="number"
              step="any"
              aria-label="Greatest score"
              placeholder="to"
              value={filter.to ?? ''}
              onInput={(event) => onFilter({ to: bound(event.currentTarget.value) })}
            />
          </fieldset>
        </>
      )}
      <Choice
        label="Order"
        names={orders.map((order) => ORDERS[order])}
        value={orders.indexOf(filter.order)}
        onValue={(order) => onFilter({ order: orders[order] ?? 'sample' })}
      />
      <div class="toolbar-end">
        <output aria-live="polite">
          {formatCount(found)} of {formatCount(index.rows)} rows
          {progress !== null && progress.done < index.rows && `, searched ${formatCount(progress.done)}`}
          {progress !== null && progress.unread !== null && (
            <span class="unread">
              {plural(progress.unread.rows, 'row')} could not be searched: {progress.unread.reason}
            </span>
          )}
        </output>
        {isNarrowed && (
          <button type="button" class="btn bare" onClick={onClear}>
            clear
          </button>
        )}
        <label class="check">
          <input type="checkbox" checked={diff} onChange={(event) => onDiff(event.currentTarget.checked)} />
          <span>difference from target</span>
        </label>
      </div>
    </search>
  );
}
