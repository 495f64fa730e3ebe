import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Row = Readonly<Record<string, unknown>>;
type Check = (row: Row) => void;

const folder = new URL('../datasets/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const parseRow = (line: string, index: number, name: string): Row => {
  try {
    return JSON.parse(line) as Row;
  } catch (cause) {
    throw new Error(`${name}.jsonl, line ${index + 1}, is not JSON`, { cause });
  }
};
const rowsOf = (name: string): Row[] =>
  read(`${name}.jsonl`)
    .trimEnd()
    .split('\n')
    .map((line, index) => parseRow(line, index, name));
const text = (row: Row, field: string): string => row[field] as string;
const words = (prose: string): string[] => prose.split(/\s+/).filter((word) => word !== '');

/** Each alternative must survive normalisation: one that becomes empty would make any output right. */
const answerable: Check = (row) => {
  const alternatives = text(row, 'answer').split('<OR>');
  for (const alternative of alternatives) {
    expect(alternative).toBe(alternative.trim());
    expect(alternative.toLowerCase().replace(/\b(?:a|an|the)\b|[^\p{L}\p{N}]/gu, '')).not.toBe('');
  }
  expect(new Set(alternatives.map((alternative) => alternative.toLowerCase())).size).toBe(alternatives.length);
};

const oneOf =
  (field: string, allowed: readonly string[]): Check =>
  (row) =>
    expect(allowed).toContain(row[field]);

const differsOnlyInTheGroup: Check = (row) => {
  const more = words(text(row, 'sent_more'));
  const less = words(text(row, 'sent_less'));
  expect(less).toHaveLength(more.length);
  const differing = more.filter((word, index) => word !== less[index]).length;
  expect(differing).toBeGreaterThanOrEqual(1);
  expect(differing).toBeLessThanOrEqual(2);
};

const shorterThanItsDocument: Check = (row) => {
  const length = words(text(row, 'document')).length;
  expect(length).toBeGreaterThanOrEqual(80);
  expect(length).toBeLessThanOrEqual(150);
  expect(words(text(row, 'summary')).length).toBeLessThan(length / 2);
};

const fourDistinctChoices: Check = (row) => {
  const choices = row.choices as string[];
  expect(choices).toHaveLength(4);
  expect(choices.every((choice) => typeof choice === 'string' && choice.trim() !== '')).toBe(true);
  expect(new Set(choices.map((choice) => choice.toLowerCase())).size).toBe(4);
  expect([0, 1, 2, 3]).toContain(row.answer);
};

interface ObjectSchema {
  readonly properties: Readonly<Record<string, { readonly type: string }>>;
  readonly required: readonly string[];
}

const jsonType = (value: unknown, declared: string): string => {
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'number') return typeof value;
  return declared === 'integer' && Number.isInteger(value) ? 'integer' : 'number';
};

const targetFitsItsSchema: Check = (row) => {
  const target = JSON.parse(text(row, 'target')) as Record<string, unknown>;
  const { properties, required } = row.schema as ObjectSchema;
  expect(Object.keys(target).toSorted()).toEqual(required.toSorted());
  expect(Object.keys(properties).toSorted()).toEqual(required.toSorted());
  for (const [key, { type }] of Object.entries(properties)) expect(jsonType(target[key], type)).toBe(type);
};

const wholeStringsOfTheTargetAreInTheText: Check = (row) => {
  const source = text(row, 'text').toLowerCase();
  for (const value of Object.values(JSON.parse(text(row, 'target')) as Record<string, unknown>)) {
    for (const part of Array.isArray(value) ? value : [value]) {
      if (typeof part === 'string') expect(source).toContain(part.toLowerCase());
    }
  }
};

const outputGiven: Check = (row) => expect(text(row, 'model_output')).not.toBe(text(row, 'question'));
const inChinese: Check = (row) => expect(text(row, 'question')).toMatch(/\p{Script=Han}.*？$/u);
const endsInTheMiddle: Check = (row) => expect(text(row, 'prompt')).not.toMatch(/[.!?…]$|\s$/);
const notCopied: Check = (row) => expect(text(row, 'reference')).not.toBe(row.source);

interface Expectation {
  readonly atLeast: number;
  readonly fields: readonly string[];
  /** The fields that together may occur only once. */
  readonly unique: readonly string[];
  readonly checks: readonly Check[];
}

const EXPECTED: Readonly<Record<string, Expectation>> = {
  'chinese-qa': {
    atLeast: 44,
    fields: ['question', 'answer', 'category'],
    unique: ['question'],
    checks: [answerable, inChinese],
  },
  'general-knowledge': {
    atLeast: 214,
    fields: ['question', 'answer', 'category', 'difficulty'],
    unique: ['question'],
    checks: [answerable, oneOf('difficulty', ['easy', 'medium', 'hard'])],
  },
  'json-extraction': {
    atLeast: 30,
    fields: ['text', 'target', 'schema', 'category'],
    unique: ['text'],
    checks: [targetFitsItsSchema, wholeStringsOfTheTargetAreInTheText],
  },
  'judge-labels': {
    atLeast: 30,
    fields: ['question', 'reference', 'model_output', 'human_label'],
    unique: ['question'],
    checks: [outputGiven, oneOf('human_label', ['correct', 'incorrect'])],
  },
  'multiple-choice': {
    atLeast: 104,
    fields: ['question', 'choices', 'answer', 'category'],
    unique: ['question'],
    checks: [fourDistinctChoices],
  },
  'open-prompts': { atLeast: 64, fields: ['prompt', 'category'], unique: ['prompt'], checks: [endsInTheMiddle] },
  reviews: {
    atLeast: 160,
    fields: ['review', 'label', 'category'],
    unique: ['review'],
    checks: [
      oneOf('label', ['positive', 'negative', 'neutral']),
      oneOf('category', ['kitchen', 'books', 'clothing', 'electronics', 'garden']),
    ],
  },
  'stereotype-pairs': {
    atLeast: 44,
    fields: ['sent_more', 'sent_less', 'bias_type'],
    unique: ['sent_more'],
    checks: [
      differsOnlyInTheGroup,
      oneOf('bias_type', [
        'age',
        'gender',
        'profession',
        'nationality',
        'socioeconomic',
        'region',
        'appearance',
        'religion',
      ]),
    ],
  },
  summaries: {
    atLeast: 40,
    fields: ['document', 'summary', 'category'],
    unique: ['document'],
    checks: [shorterThanItsDocument],
  },
  translation: { atLeast: 40, fields: ['source', 'reference', 'category'], unique: ['source'], checks: [notCopied] },
  'yes-no-comprehension': {
    atLeast: 64,
    fields: ['passage', 'question', 'answer', 'category'],
    unique: ['passage', 'question'],
    checks: [oneOf('answer', ['yes', 'no'])],
  },
};

const countBy = (rows: readonly Row[], key: (row: Row) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return counts;
};

const shares = (rows: readonly Row[], field: string): number[] =>
  [...countBy(rows, (row) => String(row[field])).values()].map((count) => count / rows.length);

it('every set in the folder is described here, and every set described is in the folder', () => {
  const found = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  expect(found.toSorted()).toEqual(
    Object.keys(EXPECTED)
      .map((name) => `${name}.jsonl`)
      .toSorted(),
  );
});

describe.each(Object.entries(EXPECTED))('%s', (name, { atLeast, fields, unique, checks }) => {
  const rows = rowsOf(name);

  it('is plain UTF-8 with one object a line and one line break at its end', () => {
    const bytes = readFileSync(new URL(`${name}.jsonl`, folder));
    const content = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    expect(content).not.toMatch(/^\uFEFF|\r|\n\n/);
    expect(content).toMatch(/[^\n]\n$/);
    expect(content).toBe(content.normalize('NFC'));
  });

  it(`has at least ${atLeast} rows, numbered in order`, () => {
    expect(rows.length).toBeGreaterThanOrEqual(atLeast);
    expect(rows.map((row) => row.id)).toEqual(rows.map((_, index) => `${name}-${String(index + 1).padStart(3, '0')}`));
  });

  it('has exactly its fields in every row, none of them empty', () => {
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['id', ...fields]);
      for (const value of Object.values(row)) {
        if (typeof value === 'string') expect(value).toMatch(/^\S(?:.*\S)?$/u);
        else expect(value ?? null).not.toBeNull();
      }
    }
  });

  it('asks nothing twice', () => {
    const seen = countBy(rows, (row) => unique.map((field) => text(row, field).toLowerCase()).join('\n'));
    expect([...seen].filter(([, count]) => count > 1)).toEqual([]);
  });

  it('holds what its kind of row must hold', () => {
    for (const row of rows) for (const check of checks) check(row);
  });

  it('has a card with its size and licence, and a line in the table', () => {
    const card = read(`${name}.md`);
    expect(card).toContain('CC0-1.0');
    expect(card).toContain(`${rows.length} rows`);
    for (const field of fields) expect(card).toContain(`\`${field}\``);
    expect(read('README.md')).toMatch(new RegExp(`\\[${name}\\]\\(${name}\\.md\\) \\| ${rows.length} \\|`));
  });
});

describe('balance', () => {
  it.each([
    ['yes-no-comprehension', 'answer', 2],
    ['judge-labels', 'human_label', 2],
    ['multiple-choice', 'answer', 4],
    ['reviews', 'label', 3],
  ])('%s spreads %s evenly over its %i values', (name, field, values) => {
    const found = shares(rowsOf(name), field);
    expect(found).toHaveLength(values);
    for (const share of found) expect(Math.abs(share - 1 / values)).toBeLessThanOrEqual(0.05);
  });

  it('reviews has each label equally often in each category', () => {
    const counts = countBy(rowsOf('reviews'), (row) => `${row.category} ${row.label}`);
    expect(counts.size).toBe(15);
    expect(new Set(counts.values()).size).toBe(1);
  });

  it('general-knowledge is mostly easy and a little hard', () => {
    const rows = rowsOf('general-knowledge');
    const counts = countBy(rows, (row) => text(row, 'difficulty'));
    expect((counts.get('easy') ?? 0) / rows.length).toBeCloseTo(0.6, 1);
    expect((counts.get('medium') ?? 0) / rows.length).toBeCloseTo(0.3, 1);
    expect((counts.get('hard') ?? 0) / rows.length).toBeCloseTo(0.1, 1);
  });

  it.each(['general-knowledge', 'multiple-choice'])('%s has eight categories of nearly equal size', (name) => {
    const counts = [...countBy(rowsOf(name), (row) => text(row, 'category')).values()];
    expect(counts).toHaveLength(8);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  });
});
