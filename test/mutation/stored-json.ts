/**
 * What scripts/mutate.mjs and the tests' processes leave for one another, checked as it is read. (zod is no dependency of this
 * package, which is kept apart so that an install of assay is spared it.)
 */
type Check<Value> = (value: unknown) => Value;

/** What scripts/mutate.mjs hands over: the tests that must notice, code with mutants in place, and which of them to try. */
interface Plan {
  readonly tests: string;
  readonly code: Readonly<Record<string, string>>;
  readonly chosen: readonly string[];
}

const HOWS = ['killed', 'timeout', 'doubtful', 'done'] as const;

/** A line of results: how a mutant ended in a test, or that all mutants of the test were tried. */
export interface Line {
  readonly mutant?: string;
  readonly how: (typeof HOWS)[number];
  readonly test?: string;
}

export function parsePlan(text: string): Plan {
  const { tests, code, chosen } = record(JSON.parse(text));
  return { tests: string(tests), code: recordOf(string)(code), chosen: listOf(string)(chosen) };
}

/** The one mutant to try, and the file of tests to try it with. */
export function parseAlone(text: string): { readonly mutant: string; readonly file: string } {
  const { mutant, file } = record(JSON.parse(text));
  return { mutant: string(mutant), file: string(file) };
}

/** Test → how often it reaches each mutant, its own times among them. */
export function parseCoverage(text: string): Record<string, Record<string, number>> {
  return recordOf(recordOf(number))(JSON.parse(text));
}

export function parseLine(text: string): Line {
  const { mutant, how, test } = record(JSON.parse(text));
  const known = HOWS.find((each) => each === how);
  if (known === undefined) throw unexpected('a way to end', how);
  return {
    how: known,
    ...(mutant !== undefined && { mutant: string(mutant) }),
    ...(test !== undefined && { test: string(test) }),
  };
}

export function parseName(text: string): string {
  return string(JSON.parse(text));
}

/** A file of tests and the milliseconds that it took. */
export function parseElapsed(text: string): [file: string, elapsedMs: number] {
  const [file, elapsedMs] = listOf((value) => value)(JSON.parse(text));
  return [string(file), number(elapsedMs)];
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw unexpected('a text', value);
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw unexpected('a number', value);
  return value;
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected('an object', value);
  return Object.fromEntries(Object.entries(value));
}

function recordOf<Value>(check: Check<Value>): Check<Record<string, Value>> {
  return (value) => Object.fromEntries(Object.entries(record(value)).map(([key, each]) => [key, check(each)]));
}

function listOf<Value>(check: Check<Value>): Check<Value[]> {
  return (value) => {
    if (!Array.isArray(value)) throw unexpected('a list', value);
    return value.map(check);
  };
}

function unexpected(what: string, found: unknown): TypeError {
  return new TypeError(`${what} is needed, not ${JSON.stringify(found)}`);
}
