import { hash } from 'node:crypto';
import type { Finding } from '../../config/finding.ts';
import type { Dataset } from '../../datasets/dataset.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { FeatureName, Sample } from '../../samples/sample.ts';

/** Rows that are looked at: enough for any set that people write by hand, and soon read. */
const LOOKED_AT = 100_000;
const NAMED = 5;

/** What a look at the rows found. */
export interface RowsCheck {
  readonly rows: number;
  /** Whether there may be more than were looked at. */
  readonly isCut: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Reads the rows and counts those that cannot be read, that have no question or no answer, and that repeat another one.
 * @param needed features that the algorithms need
 */
export async function checkRows(
  dataset: Dataset,
  needed: ReadonlySet<FeatureName>,
  placeOf: (key: string) => SourcePlace,
): Promise<RowsCheck> {
  const bad: string[] = [];
  const blank = { model_input: [] as number[], target_output: [] as number[] };
  const repeats = new Repeats();
  let rows = 0;
  for await (const sample of dataset.samples({
    rows: Array.from({ length: LOOKED_AT }, (_, row) => row),
    onBadRow: ({ error }) => {
      rows++;
      bad.push(`${error.at?.line === undefined ? '' : `line ${error.at.line}: `}${error.message}`);
    },
  })) {
    rows++;
    for (const feature of ['model_input', 'target_output'] as const)
      if (needed.has(feature) && (sample.features[feature] ?? '').trim() === '') blank[feature].push(sample.index + 1);
    repeats.see(sample);
  }
  const findings = [
    ...badRows(bad, rows, placeOf('input_data_location')),
    ...blankRows('question', 'model_input', blank.model_input, 'not asked, and unscored(empty_input)', placeOf),
    ...blankRows('expected answer', 'target_output', blank.target_output, 'unscored(empty_target)', placeOf),
    ...repeats.findings(placeOf('model_input_key')),
  ];
  return { rows, isCut: rows >= LOOKED_AT, findings };
}

const warning = (
  code: 'DATA_BAD_ROWS' | 'DATA_BLANK' | 'DATA_DUPLICATES',
  message: string,
  at: SourcePlace,
): Finding => ({
  severity: 'warning',
  code,
  message,
  at,
});

function badRows(bad: readonly string[], rows: number, at: SourcePlace): Finding[] {
  if (bad.length === 0) return [];
  return [warning('DATA_BAD_ROWS', `${bad.length} of ${rows} rows cannot be read and are left out; ${bad[0]}`, at)];
}

function blankRows(
  what: string,
  feature: 'model_input' | 'target_output',
  rows: readonly number[],
  then: string,
  placeOf: (key: string) => SourcePlace,
): Finding[] {
  if (rows.length === 0) return [];
  return [
    warning(
      'DATA_BLANK',
      `${rows.length} ${rows.length === 1 ? 'row has' : 'rows have'} no ${what} (${rowNames(rows)}): ${then}`,
      placeOf(`${feature}_key`),
    ),
  ];
}

/** `row 3, 8, 9…`, rows from 1. */
function rowNames(rows: readonly number[]): string {
  return `row ${rows.slice(0, NAMED).join(', ')}${rows.length > NAMED ? '…' : ''}`;
}

/** Rows with the question of an earlier one. */
class Repeats {
  readonly #first = new Map<string, { readonly row: number; readonly answer: string }>();
  readonly #rows: number[] = [];
  #example: readonly [number, number] | undefined;
  #differing = 0;

  see({ index, features }: Sample): void {
    const { model_input: input = '', context = '', choices = [], sent_more_input: more = '' } = features;
    if (`${input}${more}`.trim() === '') return;
    const key = hash('sha256', JSON.stringify([input, context, choices, more]), 'hex').slice(0, 16);
    const answer = features.target_output ?? '';
    const first = this.#first.get(key);
    if (first === undefined) {
      this.#first.set(key, { row: index + 1, answer });
      return;
    }
    this.#rows.push(index + 1);
    this.#example ??= [index + 1, first.row];
    if (first.answer !== answer) this.#differing++;
  }

  findings(at: SourcePlace): Finding[] {
    if (this.#example === undefined) return [];
    const [row, earlier] = this.#example;
    const count = this.#rows.length;
    const differing = this.#differing === 0 ? '' : `, ${this.#differing} of them with another answer`;
    return [
      warning(
        'DATA_DUPLICATES',
        `${count} ${count === 1 ? 'row repeats' : 'rows repeat'} the question of an earlier row (row ${row} that of row ${earlier})${differing}: intervals count them as independent`,
        at,
      ),
    ];
  }
}
