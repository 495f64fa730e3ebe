import { isWord, lineEnd } from './character-tests.ts';
import type { Step } from './program.ts';
import type { AssertionKind } from './syntax.ts';

/** A pattern that asks for more steps than are allowed on one text; the same on every machine. */
export class TooManySteps extends Error {
  override readonly name = 'TooManySteps';
}

/** Where a match and its groups begin and end, in UTF-16 units; -1 for a group that took no part. */
export type Spans = readonly (readonly [start: number, end: number])[];
/** `search` looks anywhere from the place on, `match` at the place, `fullmatch` from there to the end. */
export type MatchMode = 'search' | 'match' | 'fullmatch';

/** Places times steps that are remembered: 32 MB. */
const MOST_REMEMBERED = 2 ** 28;

/** A program on one text, searched as often as is asked; what failed is remembered between. */
export class BoundedSearch {
  readonly #program: readonly Step[];
  readonly #codes: Int32Array;
  /** UTF-16 offset of each code point, and of the end. */
  readonly #offsets: Int32Array;
  readonly #slots: Int32Array;
  /** A bit for each step at each place that was tried and led to nothing. */
  readonly #tried: Uint8Array;
  #left: number;
  #isWhole = false;
  /** A place where a match must not end; -1 for none. */
  #emptyAt = -1;

  constructor(program: readonly Step[], text: string, groupCount: number, mostSteps: number) {
    this.#program = program;
    const characters = Array.from(text);
    this.#codes = Int32Array.from(characters, (each) => each.codePointAt(0)!);
    this.#offsets = new Int32Array(characters.length + 1);
    for (const [i, each] of characters.entries()) this.#offsets[i + 1] = this.#offsets[i]! + each.length;
    const bits = program.length * (characters.length + 1);
    if (bits > MOST_REMEMBERED) throw new TooManySteps(`${characters.length} characters are too many for it`);
    this.#tried = new Uint8Array(Math.ceil(bits / 8));
    this.#slots = new Int32Array(2 * groupCount + 2);
    this.#left = mostSteps;
  }

  /**
   * The first match from an offset on. @param mustAdvance whether an empty one there does not count
   * @throws TooManySteps
   */
  find(from: number, mode: MatchMode, mustAdvance = false): Spans | undefined {
    if ((mode === 'fullmatch') !== this.#isWhole) this.#tried.fill(0);
    this.#isWhole = mode === 'fullmatch';
    const first = this.#placeOf(from);
    this.#emptyAt = mustAdvance ? first : -1;
    const last = mode === 'search' ? this.#codes.length : first;
    for (let place = first; place <= last; place += 1) {
      this.#slots.fill(-1);
      const end = this.#run(0, place, true);
      if (end < 0) continue;
      this.#slots[0] = place;
      this.#slots[1] = end;
      return Array.from({ length: this.#slots.length / 2 }, (_, group) => this.#span(group));
    }
    return undefined;
  }

  #span(group: number): readonly [number, number] {
    const [start, end] = [this.#slots[2 * group]!, this.#slots[2 * group + 1]!];
    return start < 0 || end < 0 ? [-1, -1] : [this.#offsets[start]!, this.#offsets[end]!];
  }

  #placeOf(offset: number): number {
    let [low, high] = [0, this.#codes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place where the program ends when it begins at a step; -1 where it does not get there. */
  #run(entry: number, start: number, isOutermost: boolean): number {
    // Pairs: a step and its place, to be tried later; or a slot, as a negative number, and what it was before.
    const waiting: number[] = [entry, start];
    const trail: number[] = [];
    while (waiting.length > 0) {
      const place = waiting.pop()!;
      const at = waiting.pop()!;
      if (at < 0) {
        this.#slots[-at - 1] = place;
        continue;
      }
      const end = this.#follow(at, place, isOutermost, waiting, trail);
      if (end < 0) continue;
      // What led here did not fail.
      for (const bit of trail) this.#tried[bit >> 3]! &= ~(1 << (bit & 7));
      return end;
    }
    return -1;
  }

  #follow(from: number, start: number, isOutermost: boolean, waiting: number[], trail: number[]): number {
    let [at, place] = [from, start];
    for (;;) {
      if (!this.#isNew(at, place, trail)) return -1;
      const step = this.#program[at]!;
      switch (step.kind) {
        case 'character':
          if (place >= this.#codes.length || !step.test(this.#codes[place]!)) return -1;
          place += 1;
          at += 1;
          break;
        case 'jump':
          at = step.to;
          break;
        case 'either':
          waiting.push(step.second, place);
          at = step.first;
          break;
        case 'mark':
          waiting.push(-step.slot - 1, this.#slots[step.slot]!);
          this.#slots[step.slot] = place;
          at += 1;
          break;
        case 'assertion':
          if (!this.#holds(step.is, place)) return -1;
          at += 1;
          break;
        case 'look':
          if (!this.#looks(at, step, place, waiting)) return -1;
          at = step.next;
          break;
        case 'found':
          return isOutermost && !this.#mayEndAt(place) ? -1 : place;
      }
    }
  }

  #mayEndAt(place: number): boolean {
    return place !== this.#emptyAt && (!this.#isWhole || place === this.#codes.length);
  }

  /** Marks a step at a place as tried. */
  #isNew(at: number, place: number, trail: number[]): boolean {
    this.#left -= 1;
    if (this.#left < 0) throw new TooManySteps('it takes too many steps');
    const bit = at * (this.#codes.length + 1) + place;
    const mask = 1 << (bit & 7);
    if ((this.#tried[bit >> 3]! & mask) !== 0) return false;
    this.#tried[bit >> 3]! |= mask;
    trail.push(bit);
    return true;
  }

  #looks(at: number, step: Extract<Step, { kind: 'look' }>, place: number, waiting: number[]): boolean {
    const before = this.#slots.slice();
    const isSeen = place >= step.behind && this.#run(at + 1, place - step.behind, false) >= 0;
    if (isSeen && step.isNegative) this.#slots.set(before);
    else if (isSeen) {
      for (const [slot, value] of before.entries()) {
        if (this.#slots[slot] !== value) waiting.push(-slot - 1, value);
      }
    }
    return isSeen !== step.isNegative;
  }

  #holds(is: AssertionKind, place: number): boolean {
    const end = this.#codes.length;
    switch (is) {
      case 'start':
        return place === 0;
      case 'end':
        return place === end;
      case 'line-start':
        return place === 0 || this.#codes[place - 1] === lineEnd;
      case 'line-end':
        return place === end || this.#codes[place] === lineEnd;
      case 'last-line-end':
        return place === end || (place === end - 1 && this.#codes[place] === lineEnd);
      default: {
        const isEdge = this.#isWordAt(place - 1) !== this.#isWordAt(place);
        // Python 3.13 and before: an empty text has no place inside a word.
        return is === 'word-edge' ? isEdge : !isEdge && end > 0;
      }
    }
  }

  #isWordAt(place: number): boolean {
    const code = this.#codes[place];
    return code !== undefined && isWord(code);
  }
}
