import { AssayError } from '@assay/core/errors';
import type { Automaton } from '../constraint/automaton.ts';
import { Matcher, type State } from '../constraint/matcher.ts';
import { type Candidates, onlyCandidates } from './sampling.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Tokens of one vocabulary by their bytes. */
export class TokenTable {
  readonly #bytes: readonly (Uint8Array | undefined)[];
  readonly #ids = new Map<string, number>();
  readonly longest: number;

  constructor(vocabulary: Vocabulary) {
    // Special tokens bring no text.
    this.#bytes = Array.from({ length: vocabulary.size }, (_, id) =>
      vocabulary.specialIds.has(id) ? undefined : vocabulary.bytesOf(id),
    );
    let longest = 1;
    this.#bytes.forEach((bytes, id) => {
      if (bytes === undefined || bytes.length === 0) return;
      longest = Math.max(longest, bytes.length);
      const key = keyOf(bytes);
      if (!this.#ids.has(key)) this.#ids.set(key, id);
    });
    this.longest = longest;
  }

  bytesOf(id: number): Uint8Array | undefined {
    return this.#bytes[id];
  }

  /** The token of the longest beginning of these bytes. */
  longestIn(bytes: readonly number[]): number | undefined {
    for (let length = Math.min(bytes.length, this.longest); length > 0; length--) {
      const id = this.#ids.get(keyOf(bytes.slice(0, length)));
      if (id !== undefined) return id;
    }
    return undefined;
  }
}

function keyOf(bytes: ArrayLike<number>): string {
  return String.fromCharCode(...Array.from(bytes));
}

/**
 * Holds one answer to a form. It never lets an answer run into a length that is too short to end well: each token leaves
 * room for the shortest end, byte by byte.
 */
export class TokenConstraint {
  readonly #matcher: Matcher;
  readonly #table: TokenTable;
  readonly #endIds: ReadonlySet<number>;
  #state: State;

  constructor(matcher: Matcher, table: TokenTable, endIds: readonly number[]) {
    this.#matcher = matcher;
    this.#table = table;
    this.#endIds = new Set(endIds);
    this.#state = matcher.start;
  }

  /** Nothing can follow any more. */
  get isComplete(): boolean {
    return this.#state.accepts && this.#state.places.length === 0;
  }

  /**
   * The candidates that keep to the form.
   * @param remaining tokens that the answer may still have, this one included
   * @returns null where none of them does and others might
   */
  allowed(candidates: Candidates, remaining: number): Candidates | null {
    const kept = onlyCandidates(candidates, (id) => this.#allows(id, remaining));
    if (kept === null && candidates.ids.length >= candidates.vocabularySize)
      throw new AssayError('RUNNER_CONSTRAINT', 'the model has no token that keeps to the wanted form');
    return kept;
  }

  /** The token of what must follow, where only one text can. */
  forced(remaining: number): number | undefined {
    const bytes = this.#matcher.forcedBytes(this.#state, this.#table.longest);
    const id = this.#table.longestIn(bytes);
    return id !== undefined && this.#allows(id, remaining) ? id : undefined;
  }

  accept(id: number): void {
    if (this.#endIds.has(id)) return;
    const bytes = this.#table.bytesOf(id);
    const next = bytes === undefined ? null : this.#matcher.walk(this.#state, bytes);
    if (next === null) throw new AssayError('RUNNER_CONSTRAINT', 'a token was chosen that leaves the wanted form');
    this.#state = next;
  }

  #allows(id: number, remaining: number): boolean {
    if (this.#endIds.has(id)) return this.#state.accepts;
    const bytes = this.#table.bytesOf(id);
    if (bytes === undefined || bytes.length === 0) return false;
    const next = this.#matcher.walk(this.#state, bytes);
    return next !== null && next.distance <= remaining - 1;
  }
}

/** Matchers of the forms that were asked for last, so that prompts of one form share what was found. */
export class ConstraintCache {
  readonly #matchers = new Map<string, Matcher>();

  matcher(key: string, compile: () => Automaton): Matcher {
    const known = this.#matchers.get(key);
    const matcher = known ?? new Matcher(compile());
    this.#matchers.delete(key);
    this.#matchers.set(key, matcher);
    const [oldest] = this.#matchers.keys();
    if (this.#matchers.size > 16 && oldest !== undefined) this.#matchers.delete(oldest);
    return matcher;
  }
}
