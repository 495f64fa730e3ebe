import type { RE2JS } from 're2js';
import { re2js } from './load-re2js.ts';
import { BoundedPattern } from './regex/bounded-pattern.ts';
import { type MatchMode, type Spans, TooManySteps } from './regex/bounded-search.ts';
import type { PatternFlags } from './regex/syntax.ts';
import { translatePattern } from './translate-pattern.ts';

export { type MatchMode, type Spans, TooManySteps };

/** One text that a pattern is looked for in. */
export interface PatternSearch {
  /**
   * The first match from an offset on, in UTF-16 units. @param mustAdvance whether an empty one there does not count
   * @throws TooManySteps
   */
  find(from: number, mode: MatchMode, mustAdvance?: boolean): Spans | undefined;
}

/** A pattern of Python's `re` that no text can stall. */
export interface CompiledPattern {
  readonly groupCount: number;
  readonly names: Readonly<Record<string, number>>;
  on(text: string): PatternSearch;
}

/**
 * RE2 runs what it has: fast, and linear in the text. An engine of our own, bounded in steps, runs look-around, `$` before a
 * last line end and `\b` beside letters that are not ASCII, which RE2 has not or takes otherwise.
 * @throws SyntaxError for what neither has, back-references among it
 */
export function compilePattern(pattern: string, flags: PatternFlags): CompiledPattern {
  const engine = re2js();
  let re2: RE2JS;
  try {
    re2 = engine.compile(translatePattern(pattern), bitsOf(flags, engine));
  } catch {
    return new BoundedPattern(pattern, flags);
  }
  const plain = pattern.replaceAll(/\\[^bB]/gs, '');
  const hasEnd = !flags.multiline && plain.includes('$');
  const hasEdge = /\\[bB]/.test(plain);
  let compiled: BoundedPattern | undefined;
  const bounded = (): BoundedPattern => (compiled ??= new BoundedPattern(pattern, flags));
  const isForBounded = (text: string): boolean =>
    (hasEnd && text.endsWith('\n')) || (hasEdge && /[^\0-\x7f]/.test(text));
  return {
    groupCount: re2.groupCount(),
    names: re2.namedGroups(),
    on: (text) => (isForBounded(text) ? bounded().on(text) : new Re2Search(re2, text, () => bounded().on(text))),
  };
}

/** All matches from left to right; behind an empty one comes one that is not empty, or one further on. */
export function* allMatches(search: PatternSearch, text: string): Generator<Spans> {
  let [from, mustAdvance] = [0, false];
  while (from <= text.length) {
    const spans = search.find(from, 'search', mustAdvance);
    if (spans === undefined) return;
    yield spans;
    const [start, end] = spans[0]!;
    [from, mustAdvance] = [end, end === start];
  }
}

const bitsOf = ({ ignoreCase, multiline, dotAll }: PatternFlags, engine: typeof RE2JS): number =>
  (ignoreCase ? engine.CASE_INSENSITIVE : 0) | (multiline ? engine.MULTILINE : 0) | (dotAll ? engine.DOTALL : 0);

class Re2Search implements PatternSearch {
  readonly #text: string;
  readonly #matcher: ReturnType<RE2JS['matcher']>;
  readonly #makeBounded: () => PatternSearch;
  #bounded: PatternSearch | undefined;

  constructor(re2: RE2JS, text: string, makeBounded: () => PatternSearch) {
    this.#text = text;
    this.#matcher = re2.matcher(text);
    this.#makeBounded = makeBounded;
  }

  find(from: number, mode: MatchMode, mustAdvance = false): Spans | undefined {
    const matcher = this.#matcher;
    const isFound = mode === 'search' ? matcher.find(from) : mode === 'match' ? matcher.lookingAt() : matcher.matches();
    if (!isFound) return undefined;
    if (mustAdvance && matcher.start(0) === from && matcher.end(0) === from) return this.#findBehindEmpty(from);
    return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => [matcher.start(group), matcher.end(group)]);
  }

  /** RE2 gives what the pattern prefers; another match at the same place is for the other engine. */
  #findBehindEmpty(from: number): Spans | undefined {
    this.#bounded ??= this.#makeBounded();
    const there = this.#bounded.find(from, 'match', true);
    if (there !== undefined || from >= this.#text.length) return there;
    return this.find(from + ((this.#text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1), 'search');
  }
}
