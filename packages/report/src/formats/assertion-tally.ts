import { assertionResults, type Manifest, type SampleRow } from '@assay/core';
import { splitScoreKey } from '../rows/score-key.ts';

/** Rows that are named where an assertion does not hold. */
const NAMED_ROWS = 20;

/** One assertion of one model over all samples that it was asked of. */
export interface TalliedAssertion {
  /** `small: assertions contains "Paris"`. */
  readonly name: string;
  readonly held: number;
  readonly asked: number;
  /** Of samples for which it does not hold, as people count them, from 1; the first ones. */
  readonly brokenRows: readonly number[];
}

interface Tally {
  held: number;
  asked: number;
  readonly brokenRows: number[];
}

/**
 * Counts for how many samples each assertion holds. Those that lie in the rows have no names of their own: of them it is told
 * whether all hold, and what the checks of each named metric come to.
 */
export class AssertionTally {
  readonly #options: ReadonlyMap<string, unknown>;
  readonly #tallies = new Map<string, Tally>();

  constructor(algorithms: Manifest['algorithms']) {
    const own = algorithms.filter(({ algorithm }) => algorithm === 'assertions');
    this.#options = new Map(own.map(({ name, options }) => [name, options]));
  }

  add(row: SampleRow): void {
    for (const [key, all] of Object.entries(row.scores)) {
      const [label, score] = splitScoreKey(key);
      if (score !== 'all_assertions') continue;
      const named = this.#named(label, row);
      // What names fields of the row that are not kept is told as a whole.
      if (named === undefined) this.#count(row, `${label} all_assertions`, all === 1);
      else for (const { name, holds } of named) this.#count(row, `${label} ${name}`, holds);
      for (const [other, value] of Object.entries(row.scores)) {
        const [of, metric] = splitScoreKey(other);
        if (of === label && metric !== 'all_assertions' && metric !== 'assertions_passed')
          this.#count(row, `${label} ${metric}`, value === 1);
      }
    }
  }

  /** In the order in which they were first met. */
  list(): TalliedAssertion[] {
    return [...this.#tallies].map(([name, tally]) => ({ name, ...tally }));
  }

  #named(label: string, row: SampleRow): { readonly name: string; readonly holds: boolean }[] | undefined {
    const options = this.#options.get(label);
    if (options === undefined || row.output === null) return undefined;
    const { index, digest, input, target, columns = {} } = row;
    const features = { model_input: input, ...(target === null ? {} : { target_output: target }) };
    const results = assertionResults(row.output, { index, digest, features, record: columns }, options);
    const known = results.flatMap(({ name, holds }) => (holds === undefined ? [] : [{ name, holds }]));
    return results.length === 0 || known.length < results.length ? undefined : known;
  }

  #count({ model, index }: SampleRow, what: string, holds: boolean): void {
    const name = `${model}: ${what}`;
    const tally = this.#tallies.get(name) ?? { held: 0, asked: 0, brokenRows: [] };
    this.#tallies.set(name, tally);
    tally.asked += 1;
    if (holds) tally.held += 1;
    else if (tally.brokenRows.length < NAMED_ROWS) tally.brokenRows.push(index + 1);
  }
}
