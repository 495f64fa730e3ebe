/** @jsxImportSource preact */
import type { Ref } from 'preact';
import type { RunEntry } from '../../src/view-pages/runs-page.ts';
import { plural } from '../../src/wording/format-number.ts';
import { Name } from '../marks/words.tsx';
import { setUrlValues } from '../shell/url-state.ts';
import { RUN_GROUPS, RUN_ORDERS, type RunQuery } from './run-query.ts';

export interface RunsFiltersProps {
  readonly runs: readonly RunEntry[];
  readonly keys: readonly string[];
  readonly chosenKey: string;
  readonly query: RunQuery;
  readonly found: number;
  readonly search: Ref<HTMLInputElement>;
}

/** Everything that narrows, orders or groups the list of runs. */
export function RunsFilters({ runs, keys, chosenKey, query, found, search }: RunsFiltersProps) {
  const datasets = [...new Set(runs.map(({ dataset }) => dataset))].sort();
  const tags = [...new Set(runs.flatMap((run) => run.tags))].sort();
  const archived = runs.filter(({ isArchived }) => isArchived).length;
  return (
    <search class="toolbar">
      <label class="search">
        <span>Search</span>
        <input
          ref={search}
          type="search"
          value={query.text}
          placeholder="names, tags, notes, models"
          onInput={(event) => setUrlValues({ q: event.currentTarget.value })}
        />
      </label>
      <Choice label="Score" name="score" value={chosenKey} options={keys} />
      {datasets.length > 1 && (
        <Choice label="Dataset" name="dataset" value={query.dataset} options={datasets} any="every dataset" />
      )}
      <Choice label="Order" name="order" value={query.order} options={RUN_ORDERS} />
      <Choice label="Group" name="group" value={query.group} options={RUN_GROUPS} />
      {tags.length > 0 && (
        <fieldset class="chips">
          <legend>Tags</legend>
          {tags.map((tag) => (
            <button
              type="button"
              class="tag"
              key={tag}
              aria-pressed={query.tag === tag}
              onClick={() => setUrlValues({ tag: query.tag === tag ? '' : tag })}
            >
              <Name text={tag} />
            </button>
          ))}
        </fieldset>
      )}
      <div class="toolbar-end">
        {archived > 0 && (
          <label class="check">
            <input
              type="checkbox"
              checked={query.hasArchived}
              onChange={(event) => setUrlValues({ archived: event.currentTarget.checked ? 'yes' : '' })}
            />
            <span>{archived} archived</span>
          </label>
        )}
        <output aria-live="polite">{plural(found, 'run')}</output>
      </div>
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  /** Of the value in the address. */
  readonly name: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly any?: string;
}

function Choice({ label, name, value, options, any }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => setUrlValues({ [name]: event.currentTarget.value })}
      >
        {any !== undefined && <option value="">{any}</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
