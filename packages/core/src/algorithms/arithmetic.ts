import { AssayError } from '../errors/assay-error.ts';

/** A formula over named numbers. */
export interface Arithmetic {
  /** Names that it reads, each once. */
  readonly names: readonly string[];
  /** NaN where a name is unknown to `lookup`. */
  readonly value: (lookup: (name: string) => number | undefined) => number;
}

type Term = (lookup: (name: string) => number | undefined) => number;

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  ...{ abs: Math.abs, ceil: Math.ceil, exp: Math.exp, floor: Math.floor, max: Math.max, min: Math.min, pow: Math.pow },
  ...{ round: Math.round, sqrt: Math.sqrt, log10: Math.log10, log2: Math.log2 },
  log: (value, base) => (base === undefined ? Math.log(value) : Math.log(value) / Math.log(base)),
};
const TOKEN = /\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([A-Za-z_]\w*)|(\S))/iy;
/** Nesting of brackets, and characters, of a formula that somebody else wrote. */
const DEEPEST = 50;
const LONGEST = 2_000;

/**
 * Numbers, names, + - * / % ^, brackets and functions such as min and sqrt.
 * @throws AssayError CONFIG_INVALID for anything else
 */
export function compileArithmetic(text: string): Arithmetic {
  if (text.length > LONGEST) throw invalid(text.slice(0, 60), `is longer than ${LONGEST} characters`);
  return new Parser(text).formula();
}

class Parser {
  readonly #text: string;
  readonly #names = new Set<string>();
  #at = 0;
  #depth = 0;
  /** The token at hand; an empty text at the end. */
  #token = '';
  #kind: 'number' | 'name' | 'sign' | 'end' = 'end';

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  formula(): Arithmetic {
    const value = this.#sum();
    if (this.#kind !== 'end') throw this.#unexpected();
    return { names: [...this.#names], value };
  }

  #next(): void {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    this.#at = match === null ? this.#text.length : TOKEN.lastIndex;
    this.#token = match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
    this.#kind = match === null ? 'end' : match[1] !== undefined ? 'number' : match[2] !== undefined ? 'name' : 'sign';
  }

  #is(sign: string): boolean {
    if (this.#kind !== 'sign' || this.#token !== sign) return false;
    this.#next();
    return true;
  }

  #expect(sign: string): void {
    if (!this.#is(sign)) throw this.#unexpected();
  }

  #sum(): Term {
    let left = this.#product();
    for (;;) {
      const before = left;
      if (this.#is('+')) left = joined(before, this.#product(), (a, b) => a + b);
      else if (this.#is('-')) left = joined(before, this.#product(), (a, b) => a - b);
      else return left;
    }
  }

  #product(): Term {
    let left = this.#signed();
    for (;;) {
      const before = left;
      if (this.#is('*')) left = joined(before, this.#signed(), (a, b) => a * b);
      else if (this.#is('/')) left = joined(before, this.#signed(), (a, b) => a / b);
      else if (this.#is('%')) left = joined(before, this.#signed(), (a, b) => a % b);
      else return left;
    }
  }

  /** `-a^2` is -(a^2), `a^-2` is 1/a². */
  #signed(): Term {
    if (this.#is('-')) {
      const value = this.#deeper(() => this.#signed());
      return (lookup) => -value(lookup);
    }
    if (this.#is('+')) return this.#deeper(() => this.#signed());
    const base = this.#single();
    return this.#is('^')
      ? joined(
          base,
          this.#deeper(() => this.#signed()),
          (a, b) => a ** b,
        )
      : base;
  }

  #single(): Term {
    const [token, kind] = [this.#token, this.#kind];
    if (this.#is('(')) {
      const value = this.#deeper(() => this.#sum());
      this.#expect(')');
      return value;
    }
    if (kind !== 'number' && kind !== 'name') throw this.#unexpected();
    this.#next();
    if (kind === 'number') {
      const value = Number(token);
      return () => value;
    }
    if (this.#is('(')) return this.#call(token);
    this.#names.add(token);
    return (lookup) => lookup(token) ?? Number.NaN;
  }

  #call(name: string): Term {
    const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (called === undefined) throw invalid(this.#text, `has a function that is not known: ${name}`);
    const given = [this.#deeper(() => this.#sum())];
    while (this.#is(',')) given.push(this.#deeper(() => this.#sum()));
    this.#expect(')');
    return (lookup) => called(...given.map((value) => value(lookup)));
  }

  #deeper(parse: () => Term): Term {
    if (++this.#depth > DEEPEST) throw invalid(this.#text, 'is nested too deeply');
    const value = parse();
    this.#depth -= 1;
    return value;
  }

  #unexpected(): AssayError {
    return invalid(this.#text, this.#kind === 'end' ? 'ends too early' : `has ${this.#token} where none is expected`);
  }
}

const joined =
  (left: Term, right: Term, join: (a: number, b: number) => number): Term =>
  (lookup) =>
    join(left(lookup), right(lookup));

function invalid(text: string, what: string): AssayError {
  return new AssayError('CONFIG_INVALID', `the formula ${JSON.stringify(text)} ${what}`, {
    hint: 'take numbers, names of metrics, + - * / % ^, brackets, and min, max, sqrt, log, exp, abs, round',
  });
}
