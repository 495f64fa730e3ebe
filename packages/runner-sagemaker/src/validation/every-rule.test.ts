import { expect, test } from 'vitest';
import { serviceShapes } from './generated/service-shapes.ts';
import { javaPattern } from './java-pattern.ts';
import type { ServiceShapes, Shape } from './service-shapes.ts';
import { requestProblems } from './validate-request.ts';

/** A value that breaks one constraint of a shape, and what is said of it. */
type Mutation = readonly [rule: string, value: unknown, said: string];

const text = (length: number): string => 'a'.repeat(length);
/** Texts of which a pattern that refuses anything refuses one. */
const ODD = ['\u0000', '…', ' ', '-', 'é', '/', 'a', 'A B', '::', '_', '.', 'x'.repeat(30), '1'];

function textMutations({ min = 0, max, e, p }: Shape): Mutation[] {
  const odd = ODD.find((each) => p !== undefined && !javaPattern(p).test(each) && fits(each, min, max));
  return [
    ['type', 7, 'where AWS takes text'],
    ...(max === undefined ? [] : [['max', text(max + 1), `where AWS takes ${max}`] as const]),
    ...(min === 0 ? [] : [['min', text(min - 1), `where AWS wants ${min}`] as const]),
    ...(e === undefined ? [] : [['enum', text(Math.max(min, 1)), 'which is none of'] as const]),
    ...(e !== undefined || odd === undefined ? [] : [['pattern', odd, 'which does not fit'] as const]),
  ];
}

const fits = (value: string, min: number, max = Number.POSITIVE_INFINITY): boolean =>
  [...value].length >= min && [...value].length <= max;

function numberMutations({ t, min, max }: Shape): Mutation[] {
  const isWhole = t === 'integer' || t === 'long';
  return [
    ['type', 'x', 'where AWS takes a'],
    ...(isWhole ? [['whole', 1.5, 'where AWS takes a whole number'] as const] : []),
    ...(min === undefined ? [] : [['min', min - 1, `where AWS takes ${min} and more`] as const]),
    ...(max === undefined ? [] : [['max', max + 1, `where AWS takes at most ${max}`] as const]),
  ];
}

/** Each entry is what any entry may be, so that only the number of entries is wrong. */
function sizeMutations({ min = 0, max }: Shape, of: (n: number) => unknown): Mutation[] {
  return [
    ...(max === undefined || max > 10_000 ? [] : [['max', of(max + 1), `entries, where AWS takes ${max}`] as const]),
    ...(min === 0 ? [] : [['min', of(min - 1), `entries, where AWS wants ${min}`] as const]),
  ];
}

function mutations(shape: Shape): Mutation[] {
  switch (shape.t) {
    case 'string':
      return textMutations(shape);
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return numberMutations(shape);
    case 'boolean':
      return [['type', 'x', 'where AWS takes true or false']];
    case 'list':
      return [['type', {}, 'where AWS takes a list'], ...sizeMutations(shape, (n) => Array(n).fill(null))];
    case 'map':
      return [
        ['type', [], 'where AWS takes an object'],
        ...sizeMutations(shape, (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [i, null]))),
      ];
    case 'structure':
      return [
        ['type', [], 'where AWS takes an object'],
        ['unknown', { 'no such member': 1 }, 'is not known to AWS'],
        ...(shape.u === true ? [['union', {}, 'holds 0 members, where AWS takes one'] as const] : []),
        ...(shape.r ?? []).map((member) => ['required', {}, `${member} is missing`] as const),
      ];
    default:
      return [];
  }
}

interface Place {
  readonly shape: Shape;
  /** Puts a value there, in an input that holds nothing else. */
  readonly put: (value: unknown) => unknown;
}

/** The first place of each shape that an operation's input reaches. */
function placesOf({ shapes, operations }: ServiceShapes, operation: string): Map<string, Place> {
  const places = new Map<string, Place>();
  const visit = (name: string | undefined, put: Place['put']): void => {
    const shape = shapes[name ?? ''];
    if (name === undefined || shape === undefined || places.has(name)) return;
    places.set(name, { shape, put });
    for (const [member, inner] of Object.entries(shape.m ?? {})) visit(inner, (value) => put({ [member]: value }));
    visit(shape.i, (value) => put([value]));
    visit(shape.k, (key) => put({ [String(key)]: 'x' }));
    visit(shape.v, (value) => put({ k: value }));
  };
  visit(operations[operation], (value) => value);
  return places;
}

test.each(Object.entries(serviceShapes))(
  '%s: whatever breaks one constraint is refused, and named',
  (service, table) => {
    const broken = new Map<string, number>();
    for (const operation of Object.keys(table.operations)) {
      for (const [name, { shape, put }] of placesOf(table, operation)) {
        const isKey = Object.values(table.shapes).some(({ k }) => k === name);
        for (const [rule, value, said] of mutations(shape)) {
          // A key is text, whatever it is given as.
          if (isKey && rule === 'type') continue;
          const found = requestProblems(service, operation, put(value)) ?? [];
          const messages = found.map(({ member, message }) => `${member} ${message}`);
          expect(messages.join('\n'), `${operation}: ${rule} of ${name}`).toContain(said);
          broken.set(rule, (broken.get(rule) ?? 0) + 1);
        }
      }
    }
    expect(broken.get('required')).toBeGreaterThan(0);
    expect(broken.get('type')).toBeGreaterThan(0);
    process.stdout.write(`${service}: ${[...broken].map(([rule, n]) => `${n} × ${rule}`).join(', ')}\n`);
  },
);
