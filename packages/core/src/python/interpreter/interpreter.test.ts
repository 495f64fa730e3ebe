import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Budget } from './budget.ts';
import { Interpreter } from './interpreter.ts';
import { knownModules } from './modules.ts';
import { parsePython } from './parse-python.ts';
import { NotInterpreted, PythonError } from './python-error.ts';
import { repr } from './show.ts';
import { Callable, Unsupported, type Value } from './values.ts';

const IMPORTS = `
import ast, functools, hashlib, itertools, json, math, os, random, re, string, unicodedata
from collections import Counter, defaultdict
`;

function run(program: string, budget = new Budget()): ReadonlyMap<string, Value> {
  const known = knownModules(budget);
  const interpreter = new Interpreter((from, name) => {
    const value = from === undefined ? known.get(name) : known.get(from)?.attribute(name);
    if (value === undefined) throw new NotInterpreted(`the module ${from ?? name}`);
    return value;
  }, budget);
  return interpreter.runModule(parsePython(IMPORTS + program), 'folder/module.py').names;
}

function call(program: string, ...args: Value[]): Value {
  const value = run(program).get('f');
  if (value instanceof Callable) return value.call(args, new Map());
  throw new Error(value instanceof Unsupported ? value.reason : 'no function f');
}

const probes = JSON.parse(readFileSync(new URL('fixtures/probes.json', import.meta.url), 'utf8')) as [string, string][];

test.each(probes)('as CPython: %s', (expression, expected) => {
  const shown = (): string => {
    try {
      return repr(call(`def f():\n    return (${expression})\n`));
    } catch (thrown) {
      if (thrown instanceof PythonError) return `raises ${thrown.typeName}`;
      throw thrown;
    }
  };
  expect(shown()).toBe(expected);
});

describe('statements', () => {
  test('loops, branches, exceptions, scopes and generators', () => {
    const program = `
total = 0
def count(n):
    global total
    for i in range(n):
        if i == 1:
            continue
        if i > 3:
            break
        total += i
    else:
        total = -1
    return total
def squares(n):
    for i in range(n):
        yield i * i
def f(values):
    seen, rest = [], None
    first, *rest = values
    while rest:
        seen.append(rest.pop())
    try:
        {}['missing']
    except (ValueError, KeyError) as e:
        seen.append(str(e))
    finally:
        seen.append('end')
    def inner():
        nonlocal first
        first = first + 1
    inner()
    return [first, seen, count(10), total, list(squares(3)), [y := 5, y + 1]]
`;
    expect(repr(call(program, [1n, 2n, 3n]))).toBe(`[2, [3, 2, "'missing'", 'end'], 5, 5, [0, 1, 4], [5, 6]]`);
  });

  test('functions of a module are made by a table, as tasks do', () => {
    const program = `
from functools import partial
def g(dataset, subject):
    return [row for row in dataset if row['s'] == subject]
globals().update({f'process_{s}': partial(g, subject=s) for s in ['a', 'b']})
f = process_b
`;
    expect(repr(call(program, []))).toBe('[]');
  });
});

describe('what others write ends, and reaches nothing', () => {
  test.each([
    ['an endless loop', 'while True:\n        pass'],
    ['an endless list', 'x = []\n    for i in x + [1]:\n        x.append(i)\n        while True: x.append(1)'],
    ['a text that doubles', "x = 'a'\n    while True:\n        x = x + x"],
    ['a huge power', 'return 10 ** (10 ** 8)'],
    ['a huge product', "return 'a' * (10 ** 12)"],
    ['a huge range', 'return list(range(10 ** 12))'],
    ['itself without end', 'return f()'],
  ])('%s', (_, body) => {
    const names = run(`def f():\n    ${body}\n`, new Budget(200_000));
    expect(() => (names.get('f') as Callable).call([], new Map())).toThrow(NotInterpreted);
  });

  test.each(['open("x")', 'eval("1")', 'exec("1")', '__import__("os")', 'getattr(1, "x")', '().__class__'])(
    '%s',
    (text) => {
      expect(() => call(`def f():\n    return ${text}\n`)).toThrow(/not defined|no attribute/);
    },
  );

  test.each(['import subprocess', 'import socket', 'from os import system', 'import numpy as np'])('%s', (line) => {
    const names = run(`${line}\n`);
    expect([...names.values()].some((value) => value instanceof Unsupported)).toBe(true);
  });
});
