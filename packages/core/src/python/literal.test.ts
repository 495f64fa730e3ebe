import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pythonLiteral } from './literal.ts';
import { pythonRepr } from './repr.ts';

test.each<[string, unknown]>([
  ["['a', \"it's\", 'tab\\t', 'é']", ['a', "it's", 'tab\t', 'é']],
  ['[1, -2.5, True, None]', [1, -2.5, true, null]],
  ["('x',)", ['x']],
  ["('x')", 'x'],
  ["{'a': [1, 2], 'b': {}}", { a: [1, 2], b: {} }],
  ["'one' 'two'", 'onetwo'],
  ['[]', []],
  ["['a',]", ['a']],
])('%s is read as Python reads it', (text, value) => {
  expect(pythonLiteral(text)).toEqual(value);
});

test.each(['[a]', "['a' 1]", '[1', '007', '__import__("os")', '', "['a'] x"])('%s is no literal', (text) => {
  expect(() => pythonLiteral(text)).toThrow(SyntaxError);
});

test.each([
  ["it's", '"it\'s"'],
  ['both \' and "', "'both \\' and \"'"],
  ['a\nb\\', "'a\\nb\\\\'"],
  ['\u200b\x07', "'\\u200b\\x07'"],
])('the repr of a text is Python’s', (text, shown) => {
  expect(pythonRepr(text)).toBe(shown);
});

test('a repr reads back as the text it shows', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => pythonLiteral(pythonRepr(text)) === text));
});
