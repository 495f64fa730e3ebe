import type { RunView, SampleRow } from '@assay/core';
import { type Align, markdownTable } from './markdown-tables.ts';
import { markdownCode, markdownText } from './markdown-text.ts';

/** Samples of each model that are shown: a comment has no room for all, the page and the tables have. */
const SHOWN = 3;
const SHOWN_CHARACTERS = 200;

/**
 * What a model was asked and answered, folded away: of each model the first samples that ended otherwise than scored or were
 * cut, else its first ones, with their stop reasons and the columns that the config keeps. Empty for a run without samples.
 */
export async function markdownSamples({ rows }: Pick<RunView, 'rows'>): Promise<string> {
  const first = new Map<string, SampleRow[]>();
  const troubled = new Map<string, SampleRow[]>();
  for await (const row of rows) {
    keep(first, row);
    if (row.state !== 'scored' || row.stopReason === 'length') keep(troubled, row);
  }
  const shown = [...first].flatMap(([model, own]) => [...(troubled.get(model) ?? []), ...own].slice(0, SHOWN));
  const unique = [...new Set(shown)];
  if (unique.length === 0) return '';
  const names = [...new Set(unique.flatMap(({ columns = {} }) => Object.keys(columns)))];
  const heads = ['model', 'row', 'prompt', 'answer', 'ended', ...names].map((head): [string, Align] => [
    names.includes(head) ? markdownText(head) : head,
    head === 'row' ? 'right' : 'left',
  ]);
  const table = markdownTable(
    heads,
    unique.map((row) => [
      markdownCode(row.model),
      String(row.index + 1),
      cell(row.prompt ?? row.input),
      cell(row.output ?? ''),
      row.stopReason === 'length' ? `${ended(row)}, cut at max_new_tokens` : ended(row),
      ...names.map((name) => cell(row.columns?.[name] ?? '')),
    ]),
  );
  return `<details><summary>Some samples</summary>\n\n${table}\n\n</details>`;
}

function keep(kept: Map<string, SampleRow[]>, row: SampleRow): void {
  const own = kept.get(row.model) ?? [];
  kept.set(row.model, own);
  if (own.length < SHOWN) own.push(row);
}

function ended({ state, error }: SampleRow): string {
  return error === null ? state.replace('_', ' ') : `${state.replace('_', ' ')}: ${cell(error)}`;
}

function cell(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return markdownText(cut);
}
