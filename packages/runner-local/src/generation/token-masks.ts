import type { Matcher, State } from '../constraint/matcher.ts';
import type { TokenTable } from './token-table.ts';

/** The tokens that keep to a form at one of its states. */
export interface TokenMask {
  readonly ids: Int32Array;
  readonly all: ReadonlySet<number>;
  /** Fewest bytes from each of `ids` to an end. */
  readonly distances: Float64Array;
  readonly farthest: number;
}

/** Steps of a form after which a state counts as wide: there tokens are better tried one by one, as they are drawn. */
const MOST_STEPS = 4000;
/** Tokens that the masks of one form hold together, of some 40 bytes each. */
const MOST_KEPT = 60_000;
/** What a mask takes besides its tokens, counted in tokens. */
const OVERHEAD = 16;

/** The masks of one form over one vocabulary; those last asked for are kept. */
export class TokenMasks {
  readonly matcher: Matcher;
  readonly table: TokenTable;
  /** By state; null where it is wide and nobody wanted all of it. */
  readonly #masks = new Map<State, TokenMask | null>();
  #kept = 0;

  constructor(matcher: Matcher, table: TokenTable) {
    this.matcher = matcher;
    this.table = table;
  }

  /** All tokens that may follow; ends are not among them. */
  whole(state: State): TokenMask {
    return this.#masks.get(state) ?? this.#keep(state, this.#make(state, Number.POSITIVE_INFINITY)!);
  }

  /** The same; null at a state where they are so many that a list of them is not worth its time. */
  narrow(state: State): TokenMask | null {
    const known = this.#masks.get(state);
    return this.#keep(state, known === undefined ? this.#make(state, MOST_STEPS) : known);
  }

  #keep<M extends TokenMask | null>(state: State, mask: M): M {
    const before = this.#masks.get(state);
    if (before !== undefined) this.#kept -= sizeOf(before);
    this.#masks.delete(state);
    this.#masks.set(state, mask);
    this.#kept += sizeOf(mask);
    for (const [oldest, dropped] of this.#masks) {
      if (this.#kept <= MOST_KEPT || oldest === state) break;
      this.#masks.delete(oldest);
      this.#kept -= sizeOf(dropped);
    }
    return mask;
  }

  /** Tokens that begin alike stand together: a beginning that leaves the form is tried once. */
  #make(from: State, mostSteps: number): TokenMask | null {
    const { sorted, shared } = this.table;
    const ids: number[] = [];
    const distances: number[] = [];
    const states: State[] = [from];
    let [dead, steps] = [Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < sorted.length; i++) {
      let depth = shared[i]!;
      if (depth >= dead) continue;
      dead = Number.POSITIVE_INFINITY;
      const bytes = this.table.bytesOf(sorted[i]!)!;
      for (; depth < bytes.length && depth < dead; depth++) {
        if (++steps > mostSteps) return null;
        const next = this.matcher.step(states[depth]!, bytes[depth]!);
        if (next === null) dead = depth + 1;
        else states[depth + 1] = next;
      }
      if (depth === dead) continue;
      ids.push(sorted[i]!);
      distances.push(states[depth]!.distance);
    }
    const farthest = distances.reduce((most, distance) => Math.max(most, distance), 0);
    return { ids: Int32Array.from(ids), all: new Set(ids), distances: Float64Array.from(distances), farthest };
  }
}

function sizeOf(mask: TokenMask | null): number {
  return OVERHEAD + (mask?.ids.length ?? 0);
}
