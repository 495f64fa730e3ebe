import fc from 'fast-check';
import { expect, test } from 'vitest';
import { featurePosition } from '../samples/feature-texts.ts';
import type { Features } from '../samples/sample.ts';
import { compileFeatures, featureKeys, flatFields } from './feature-keys.ts';
import { FlatRow } from './flat-row.ts';

/** More rows: a million by hand. */
const ROWS = Number(process.env.ASSAY_FLAT_ROWS ?? 20_000);
const CONFIG = { model_input_key: 'q', target_output_key: 'a', model_output_key: '__proto__', category_key: 'né' };
const NAMES = ['q', 'a', '__proto__', 'né'] as const;
const FEATURES = ['model_input', 'target_output', 'model_output', 'category'] as const;
const keys = featureKeys(CONFIG, new Set([...NAMES, 'other']));
const readFeatures = compileFeatures(keys, undefined, {});
const fields = NAMES.map((name, at) => ({ name, position: featurePosition(FEATURES[at]!) }));

/** What the row holds by parsing; undefined where it cannot be parsed. */
function parsed(line: string): Features | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? // What rows inherit is no field: keys of such names are never looked for in place.
        readFeatures(Object.setPrototypeOf(value, null))
      : undefined;
  } catch {
    return undefined;
  }
}

/** The same by looking for the fields in the middle of a longer text; `other` where the line must be parsed. */
function found(line: string, mostFields = 10): Record<string, string> | 'other' {
  const row = new FlatRow(fields, mostFields);
  const text = `{"q":"before"}\n${line}\n{"q":"behind"}`;
  const start = text.indexOf('\n') + 1;
  if (!row.find(text, start, start + line.length)) return 'other';
  return Object.fromEntries(
    FEATURES.flatMap((name) => {
      const value = row.texts.text(featurePosition(name));
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const space = fc.constantFrom('', '', '', ' ', '\t', '\r', '  ', '\u00a0', '\u0000', '\ufeff');
const piece = fc.oneof(
  fc.constantFrom(
    'word',
    ' ',
    'é',
    '東京',
    '👍🏽',
    '<OR>',
    '\\n',
    '\\"',
    '\\\\',
    '\\/',
    '\\u00e9',
    '\\ud83d',
    '\\udc4d',
    '\\u12',
    '\\x',
    '\\',
  ),
  fc.constantFrom('\u2028', '\u007f', '\u0001', '\t', '"', '{', '}', ',', ':', '\\u0000', '\\uD800'),
  fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
);
const literal = fc.array(piece, { maxLength: 4 }).map((pieces) => `"${pieces.join('')}"`);
const number = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '-1',
    '01',
    '1.0',
    '1e3',
    '1E+2',
    '-',
    '+1',
    '.5',
    '1.',
    '0x1',
    '123456789012345',
    '1234567890123456',
    '1e400',
    'NaN',
  ),
  fc.integer().map(String),
  fc.double().map(String),
);
const value = fc.oneof(
  { weight: 6, arbitrary: literal },
  { weight: 2, arbitrary: number },
  fc.constantFrom('true', 'false', 'null', 'nul', 'truer', 'True', '[]', '{}', '["a"]', '{"q":"x"}', '', 'undefined'),
);
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NAMES.map((each) => `"${each}"`)) },
  fc.constantFrom('"other"', '"\\u0071"', '"Q"', '""', '"constructor"', 'q', '"q', '"n\u0065\u0301"', '"toString"'),
);
const member = fc
  .tuple(space, name, space, fc.constantFrom(':', ':', ':', ':', '', '::'), space, value, space)
  .map((parts) => parts.join(''));
const line = fc
  .tuple(
    fc.tuple(space, fc.constantFrom('{', '{', '{', '{', '{', '{', '[', '')),
    fc.array(member, { maxLength: 5 }),
    fc.constantFrom(',', ',', ',', ',', ',', ',,', ''),
    fc.tuple(fc.constantFrom('}', '}', '}', '}', '}', '}', '},', ']', '', '}}', '} x'), space),
  )
  .map(([open, members, comma, close]) => `${open.join('')}${members.join(comma)}${close.join('')}`);
/** Rows as programs write them, which must be found. */
const plain = fc
  .record({
    q: fc.string(),
    a: fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)),
    ['__proto__']: fc.string({ unit: 'binary' }),
    né: fc.constantFrom('x', 'y'),
  })
  .map((record) => JSON.stringify(record));

test('what is found of a line is what JSON.parse reads, whatever the line', () => {
  let count = 0;
  fc.assert(
    fc.property(fc.oneof(line, line, plain), (text) => {
      const fast = found(text);
      if (fast === 'other') return;
      count += 1;
      expect({ text, features: fast }).toEqual({ text, features: { ...parsed(text) } });
    }),
    { numRuns: ROWS, endOnFailure: true },
  );
  // Otherwise nothing was held against anything.
  expect(count).toBeGreaterThan(ROWS / 10);
});

test('a cut at any place of a line is not found, or says what JSON.parse does', () => {
  const whole = '{"q": "a \\"b\\" é", "a": -12, "__proto__": null, "other": true, "né": "x"}';
  for (let end = 0; end < whole.length; end += 1) expect(found(whole.slice(0, end)), whole.slice(0, end)).toBe('other');
  expect(found(whole)).toEqual({ model_input: 'a "b" é', target_output: '-12', category: 'x' });
});

test('rows as programs write them are found', () => {
  fc.assert(
    fc.property(plain, (text) => {
      expect(found(text)).not.toBe('other');
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['two fields of one name', '{"q":"a","q":"b"}'],
  ['a null and a second field of its name', '{"q":null,"q":"b"}'],
  ['a name with an escape', '{"\\u0071":"a"}'],
  ['a list', '{"q":["a"]}'],
  ['an object among other fields', '{"q":"a","other":{}}'],
  ['a fraction', '{"q":1.5}'],
  ['-0, which JSON writes as 0', '{"q":-0}'],
  ['no fields', '{}'],
])('%s must be parsed', (_, text) => {
  expect(found(text)).toBe('other');
});

test('a row of more fields than the budget is parsed, which refuses it', () => {
  expect(found('{"q":"a","a":"b"}', 2)).not.toBe('other');
  expect(found('{"q":"a","a":"b","other":1}', 2)).toBe('other');
});

test('rows are parsed where a key is no plain name, is what every object has, or shares its field', () => {
  const columns = new Set(['q', 'a', 'toString', 'nested']);
  const of = (config: Parameters<typeof featureKeys>[0]) =>
    flatFields(featureKeys(config, columns), config.dialect, {});
  expect(of({ model_input_key: 'q', target_output_key: 'a' })).toEqual([
    { name: 'q', position: featurePosition('model_input') },
    { name: 'a', position: featurePosition('target_output') },
  ]);
  expect(of({ model_input_key: 'nested.q' })).toBeUndefined();
  expect(of({ model_input_key: 'toString' })).toBeUndefined();
  expect(of({ model_input_key: 'q', target_output_key: 'q' })).toBeUndefined();
  expect(of({ model_input_key: 'q', weight_key: 'a' })).toBeUndefined();
  expect(of({ model_input_key: 'q', choices_key: 'a' })).toBeUndefined();
  expect(of({ model_input_key: 'q', dialect: 'promptfoo-csv' })).toBeUndefined();
});
