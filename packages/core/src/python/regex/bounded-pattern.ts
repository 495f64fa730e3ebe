import { BoundedSearch } from './bounded-search.ts';
import { parsePattern } from './parse-pattern.ts';
import { compileProgram, type Step } from './program.ts';
import type { ParsedPattern, PatternFlags } from './syntax.ts';

/** Steps in one search: less than a second or two on any machine. */
const MOST_STEPS = 10_000_000;

/**
 * A pattern of Python's `re` with look-around, run by backtracking that never tries a step at a place again after it failed
 * there. So it takes time linear in the text for a given pattern, but for what look-arounds see again and again, and that is
 * bounded by a number of steps. It finds what CPython finds, but where a repeat's body may be empty and has groups.
 * @throws SyntaxError for what is no pattern, and for back-references, conditions, atomic groups and possessive repeats
 */
export class BoundedPattern {
  readonly groupCount: number;
  readonly names: Readonly<Record<string, number>>;
  readonly #program: readonly Step[];
  readonly #mostSteps: number;

  constructor(pattern: string, flags: PatternFlags, mostSteps: number = MOST_STEPS) {
    const parsed: ParsedPattern = parsePattern(pattern, flags);
    this.groupCount = parsed.groupCount;
    this.names = parsed.names;
    this.#program = compileProgram(parsed);
    this.#mostSteps = mostSteps;
  }

  /** Searches one text, as often as is asked: what failed is remembered between. */
  on(text: string): BoundedSearch {
    return new BoundedSearch(this.#program, text, this.groupCount, this.#mostSteps);
  }
}
