import {
  allMatches,
  type CompiledPattern,
  compilePattern,
  type MatchMode,
  type PatternSearch,
  type Spans,
  TooManySteps,
} from '../compiled-pattern.ts';
import type { Budget } from './budget.ts';
import { NotInterpreted, raise } from './python-error.ts';
import { charactersOf } from './sequences.ts';
import {
  asNumber,
  Callable,
  Dict,
  type Keywords,
  Module,
  PythonIterator,
  PythonObject,
  Tuple,
  type Value,
} from './values.ts';

const FLAGS: Readonly<Record<string, number>> = { I: 2, IGNORECASE: 2, M: 8, MULTILINE: 8, S: 16, DOTALL: 16 };
const WITHOUT_EFFECT = ['U', 'UNICODE'];
const X = 64;

/** Python's `re`, which no pattern can stall here. @throws NotInterpreted for back-references */
export function reModule(budget: Budget): Module {
  const members = new Map<string, Value>();
  for (const [name, flag] of Object.entries(FLAGS)) members.set(name, BigInt(flag));
  for (const name of WITHOUT_EFFECT) members.set(name, 0n);
  members.set(
    'escape',
    new Callable('escape', ([text]) => textOf(text).replaceAll(/[\s#$&()*+\-.?[\\\]^{|}~]/g, '\\$&')),
  );
  members.set(
    'compile',
    new Callable('compile', ([pattern, flags], keywords) => compile(pattern!, flags ?? keywords.get('flags'), budget)),
  );
  for (const name of Object.keys(PATTERN_METHODS)) {
    const call = (args: readonly Value[], keywords: Keywords): Value => {
      const [pattern, ...rest] = args;
      const most = ARGUMENTS[name]!;
      const own = new Map(keywords);
      own.delete('flags');
      const compiled = compile(pattern ?? keywords.get('pattern')!, rest[most] ?? keywords.get('flags'), budget);
      return compiled.run(name, rest.slice(0, most), own);
    };
    members.set(name, new Callable(name, call));
  }
  return new Module('re', members);
}

/** How many arguments stand before the flags. */
const ARGUMENTS: Readonly<Record<string, number>> = {
  ...{ search: 1, match: 1, fullmatch: 1, findall: 1, finditer: 1, split: 2, sub: 3, subn: 3 },
};

const compiledPatterns = new Map<string, CompiledPattern>();

function compile(pattern: Value, flags: Value | undefined, budget: Budget): Pattern {
  if (pattern instanceof Pattern) return pattern;
  const text = textOf(pattern);
  const bits = Number(asNumber(flags ?? 0n) ?? 0n);
  if ((bits & X) !== 0) throw new NotInterpreted('re.VERBOSE');
  const key = `${bits} ${text}`;
  let compiled = compiledPatterns.get(key);
  if (compiled === undefined) {
    try {
      compiled = compilePattern(text, {
        ignoreCase: (bits & 2) !== 0,
        multiline: (bits & 8) !== 0,
        dotAll: (bits & 16) !== 0,
      });
    } catch (cause) {
      throw new NotInterpreted(
        `the pattern ${JSON.stringify(text)}: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
    if (compiledPatterns.size > 500) compiledPatterns.clear();
    compiledPatterns.set(key, compiled);
  }
  return new Pattern(text, compiled, budget);
}

class Pattern extends PythonObject {
  readonly typeName = 'Pattern';
  readonly text: string;
  readonly compiled: CompiledPattern;
  readonly #budget: Budget;

  constructor(text: string, compiled: CompiledPattern, budget: Budget) {
    super();
    this.text = text;
    this.compiled = compiled;
    this.#budget = budget;
  }

  override attribute(name: string): Value | undefined {
    if (name === 'pattern') return this.text;
    if (!Object.hasOwn(PATTERN_METHODS, name)) return undefined;
    return new Callable(name, (args, keywords) => this.run(name, args, keywords));
  }

  run(name: string, args: readonly Value[], keywords: Keywords): Value {
    return PATTERN_METHODS[name]!(this, args, keywords);
  }

  /** The first match, or none. */
  first(text: string, mode: MatchMode): Match | null {
    const spans = this.#search(text).find(0, mode);
    return spans === undefined ? null : new Match(text, spans, this.compiled);
  }

  /** Matches from left to right. */
  *matches(text: string): Generator<Match> {
    for (const spans of allMatches(this.#search(text), text)) yield new Match(text, spans, this.compiled);
  }

  #search(text: string): PatternSearch {
    this.#budget.size(text.length);
    const search = this.compiled.on(text);
    return { find: (...args) => interpreted(() => search.find(...args)) };
  }
}

function interpreted<T>(search: () => T): T {
  try {
    return search();
  } catch (thrown) {
    throw thrown instanceof TooManySteps ? new NotInterpreted(thrown.message) : thrown;
  }
}

class Match extends PythonObject {
  readonly typeName = 'Match';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The whole first; null for a group that took no part. */
  readonly groups: readonly (string | null)[];
  readonly #spans: Spans;
  readonly #names: Readonly<Record<string, number>>;

  constructor(text: string, spans: Spans, { names }: CompiledPattern) {
    super();
    this.text = text;
    this.#spans = spans;
    this.groups = this.#spans.map(([from, to]) => (from < 0 ? null : text.slice(from, to)));
    [this.start, this.end] = this.#spans[0]!;
    this.#names = names;
  }

  group(key: Value): Value {
    const at = typeof key === 'string' ? this.#names[key] : Number(key);
    const group = at === undefined ? undefined : this.groups[at];
    return group === undefined ? raise('IndexError', 'no such group') : group;
  }

  override attribute(name: string): Value | undefined {
    const call = MATCH_METHODS[name];
    return call === undefined ? undefined : new Callable(name, (args) => call(this, args, this.#spans, this.#names));
  }
}

const MATCH_METHODS: Readonly<
  Record<string, (match: Match, args: readonly Value[], spans: Spans, names: Readonly<Record<string, number>>) => Value>
> = {
  group: (match, args) =>
    args.length < 2 ? match.group(args[0] ?? 0n) : new Tuple(args.map((each) => match.group(each))),
  groups: (match, [otherwise = null]) => new Tuple(match.groups.slice(1).map((group) => group ?? otherwise)),
  groupdict: (match, _, __, names) => new Dict(Object.keys(names).map((name) => [name, match.group(name)] as const)),
  start: ({ text }, [group = 0n], spans) => inCharacters(text, spans[Number(group)]![0]),
  end: ({ text }, [group = 0n], spans) => inCharacters(text, spans[Number(group)]![1]),
  span: ({ text }, [group = 0n], spans) => new Tuple(spans[Number(group)]!.map((at) => inCharacters(text, at))),
  __getitem__: (match, [key]) => match.group(key!),
};

const inCharacters = (text: string, at: number): bigint => BigInt(at < 0 ? -1 : charactersOf(text.slice(0, at)).length);

const PATTERN_METHODS: Readonly<
  Record<string, (pattern: Pattern, args: readonly Value[], keywords: Keywords) => Value>
> = {
  search: (pattern, [text]) => pattern.first(textOf(text), 'search'),
  match: (pattern, [text]) => pattern.first(textOf(text), 'match'),
  fullmatch: (pattern, [text]) => pattern.first(textOf(text), 'fullmatch'),
  findall: (pattern, [text]) => Array.from(pattern.matches(textOf(text)), found),
  finditer: (pattern, [text]) => new PythonIterator(pattern.matches(textOf(text))),
  split: (pattern, [text, most], keywords) => split(pattern, textOf(text), most ?? keywords.get('maxsplit')),
  sub: (pattern, args, keywords) => substituted(pattern, args, keywords)[0],
  subn: (pattern, args, keywords) => new Tuple(substituted(pattern, args, keywords)),
};

function found({ groups }: Match): Value {
  if (groups.length === 1) return groups[0]!;
  const texts = groups.slice(1).map((group) => group ?? '');
  return texts.length === 1 ? texts[0]! : new Tuple(texts);
}

function split(pattern: Pattern, text: string, most: Value | undefined): Value {
  const limit = Number(asNumber(most ?? 0n)) || Number.POSITIVE_INFINITY;
  const parts: Value[] = [];
  let [from, count] = [0, 0];
  for (const match of pattern.matches(text)) {
    if (count++ >= limit) break;
    parts.push(text.slice(from, match.start), ...match.groups.slice(1));
    from = match.end;
  }
  return [...parts, text.slice(from)];
}

function substituted(pattern: Pattern, args: readonly Value[], keywords: Keywords): [string, bigint] {
  const replacement = args[0] ?? keywords.get('repl')!;
  const text = textOf(args[1] ?? keywords.get('string'));
  const limit = Number(asNumber(args[2] ?? keywords.get('count') ?? 0n)) || Number.POSITIVE_INFINITY;
  const expand =
    replacement instanceof Callable
      ? (match: Match) => textOf(replacement.call([match], new Map()))
      : templateOf(textOf(replacement));
  let made = '';
  let [from, count] = [0, 0];
  for (const match of pattern.matches(text)) {
    if (count >= limit) break;
    count += 1;
    made += text.slice(from, match.start) + expand(match);
    from = match.end;
  }
  return [made + text.slice(from), BigInt(count)];
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  a: '\x07',
  f: '\f',
  v: '\v',
};

/** `\1`, `\g<1>` and `\g<name>` of a replacement. */
function templateOf(replacement: string): (match: Match) => string {
  return (match) =>
    replacement.replaceAll(
      /\\(?:g<(\w+)>|(\d{1,2})|([\s\S]))/g,
      (whole, name: string | undefined, digits: string | undefined, escaped = '') => {
        const group = name ?? digits;
        if (group !== undefined)
          return (match.group(/^\d+$/.test(group) ? BigInt(group) : group) as string | null) ?? '';
        return ESCAPES[escaped] ?? (/[a-zA-Z]/.test(escaped) ? raise('ValueError', `bad escape ${whole}`) : whole);
      },
    );
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : raise('TypeError', 'expected string or bytes-like object');
}
