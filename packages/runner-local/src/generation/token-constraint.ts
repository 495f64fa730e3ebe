import { AssayError } from '@assay/core/errors';
import type { State } from '../constraint/matcher.ts';
import type { TokenMask, TokenMasks } from './token-masks.ts';

/**
 * Holds one answer to a form. It never lets an answer run into a length that is too short to end well: each token leaves
 * room for the shortest end, byte by byte.
 */
export class TokenConstraint {
  readonly #masks: TokenMasks;
  readonly #endIds: ReadonlySet<number>;
  #state: State;

  constructor(masks: TokenMasks, endIds: readonly number[]) {
    this.#masks = masks;
    this.#endIds = new Set(endIds);
    this.#state = masks.matcher.start;
  }

  /** Nothing can follow any more. */
  get isComplete(): boolean {
    return this.#state.accepts && this.#state.places.length === 0;
  }

  /** @param remaining tokens that the answer may still have, this one included */
  allows(id: number, remaining: number): boolean {
    if (this.#endIds.has(id)) return this.#state.accepts;
    const { matcher, table } = this.#masks;
    const bytes = table.bytesOf(id);
    if (bytes === undefined || bytes.length === 0) return false;
    const next = matcher.walk(this.#state, bytes);
    return next !== null && next.distance <= remaining - 1;
  }

  /** All tokens that may follow. */
  allowed(remaining: number): ReadonlySet<number> {
    return this.#within(this.#masks.whole(this.#state), remaining);
  }

  /** The same; null where they are so many that they are better tried one by one. */
  fewAllowed(remaining: number): ReadonlySet<number> | null {
    const mask = this.#masks.narrow(this.#state);
    return mask === null ? null : this.#within(mask, remaining);
  }

  /** The token of what must follow, where only one text can: the longest. */
  forced(remaining: number): number | undefined {
    const { matcher, table } = this.#masks;
    const id = table.longestIn(matcher.forcedBytes(this.#state, table.longest));
    return id !== undefined && this.allows(id, remaining) ? id : undefined;
  }

  /**
   * Goes on with a token. @returns the token
   * @throws AssayError RUNNER_CONSTRAINT for one that leaves the form
   */
  accept(id: number): number {
    if (this.#endIds.has(id)) return id;
    const { matcher, table } = this.#masks;
    const bytes = table.bytesOf(id);
    const next = bytes === undefined ? null : matcher.walk(this.#state, bytes);
    if (next === null) throw new AssayError('RUNNER_CONSTRAINT', 'a token was chosen that leaves the wanted form');
    this.#state = next;
    return id;
  }

  #within({ ids, all, distances, farthest }: TokenMask, remaining: number): ReadonlySet<number> {
    const isTextOnly = !this.#state.accepts && [...this.#endIds].every((id) => !all.has(id));
    if (isTextOnly && farthest <= remaining - 1) return all;
    const kept = ids.filter((id, i) => distances[i]! <= remaining - 1 && !this.#endIds.has(id));
    return new Set(this.#state.accepts ? [...kept, ...this.#endIds] : kept);
  }
}
