import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { BIN } from './peers.ts';

const SUITE = join(BIN, '../suite/json/tests');
const DRAFT_6 = createRequire(import.meta.url)('ajv/dist/refs/json-schema-draft-06.json');

const VALIDATORS = {
  'draft2020-12': Ajv2020,
  'draft2019-09': Ajv2019,
  draft7: Ajv,
  draft6: Ajv,
} as const;

export interface SchemaCase {
  readonly draft: keyof typeof VALIDATORS;
  readonly schema: Record<string, unknown> | boolean;
}

/** The schemas of the public suite of JSON Schema, each once. */
export async function suiteSchemas(): Promise<SchemaCase[]> {
  const found = new Map<string, SchemaCase>();
  for (const draft of Object.keys(VALIDATORS) as SchemaCase['draft'][]) {
    for (const file of (await readdir(join(SUITE, draft))).sort()) {
      if (!file.endsWith('.json')) continue;
      const groups = JSON.parse(await readFile(join(SUITE, draft, file), 'utf8')) as { schema: SchemaCase['schema'] }[];
      for (const { schema } of groups) {
        const key = JSON.stringify(schema);
        if (!found.has(key)) found.set(key, { draft, schema });
      }
    }
  }
  return [...found.values()];
}

type Schema = Record<string, unknown>;

const words = fc.constantFrom('name', 'größe', 'city', '名前', 'a b', 'x"y', 'id', 'tags', 'next', 'score', '😀');
const span = (low: string, high: string, most: number): fc.Arbitrary<Schema> =>
  fc.tuple(fc.nat(most), fc.nat(most)).map(([a, b]) => ({ [low]: Math.min(a, b), [high]: Math.max(a, b) }));

const scalars: fc.Arbitrary<Schema> = fc.oneof(
  fc.constant({ type: 'boolean' }),
  fc.constant({ type: 'null' }),
  span('minLength', 'maxLength', 9).map((lengths) => ({ type: 'string', ...lengths })),
  fc.constantFrom('^[a-z]{2,5}$', '[0-9]+', '^(ja|nein|да)$', '^\\d{4}-\\d{2}$', '^[^x]*$').map((pattern) => ({
    type: 'string',
    pattern,
  })),
  span('minimum', 'maximum', 4000).map((bounds) => ({ type: 'integer', ...bounds })),
  fc.constantFrom('number', 'integer', 'string').map((type) => ({ type })),
  fc.constantFrom(['string', 'null'], ['integer', 'boolean'], ['number', 'array']).map((type) => ({ type })),
  fc
    .uniqueArray(fc.oneof(words, fc.integer({ min: -9, max: 99 }), fc.boolean()), { minLength: 1, maxLength: 4 })
    .map((values) => ({ enum: values })),
  fc.oneof(words, fc.integer(), fc.constant([1, 'two', null])).map((value) => ({ const: value })),
);

const nested = fc.letrec<{ schema: Schema; object: Schema; array: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    tie('object'),
    tie('array'),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    tie('object').map((object) => ({ oneOf: [object, { type: 'integer', minimum: 3 }, { type: 'null' }] })),
    fc.tuple(scalars, tie('schema')).map(([a, b]) => ({
      allOf: [
        { type: 'object', properties: { a }, required: ['a'] },
        { type: 'object', properties: { b } },
      ],
    })),
  ),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(words, tie('schema'), fc.boolean()), { selector: ([name]) => name, maxLength: 4 }),
      fc.boolean(),
    )
    .map(([members, isOpen]) => ({
      type: 'object',
      properties: Object.fromEntries(members.map(([name, schema]) => [name, schema])),
      required: members.filter(([, , isRequired]) => isRequired).map(([name]) => name),
      ...(isOpen ? {} : { additionalProperties: false }),
    })),
  array: fc.tuple(tie('schema'), span('minItems', 'maxItems', 4), fc.boolean()).map(([items, sizes, hasHead]) => ({
    type: 'array',
    ...(hasHead ? { prefixItems: [{ type: 'boolean' }] } : {}),
    items,
    ...sizes,
  })),
}));

const trees: fc.Arbitrary<Schema> = fc.tuple(nested.schema, words).map(([value, name]) => ({
  $ref: '#/$defs/tree',
  $defs: {
    tree: { type: 'object', properties: { value, [name]: { $ref: '#/$defs/tree' } }, required: ['value'] },
  },
}));

/** So many schemas made up by seed, the same each time: nested, recursive, with names and values of several scripts. */
export function drawnSchemas(count: number): SchemaCase[] {
  const schemas = fc.sample(fc.oneof(nested.object, nested.schema, nested.array, trees), { seed: 19, numRuns: count });
  return schemas.map((schema) => ({ draft: 'draft2020-12', schema }));
}

/** Why a text does not meet a schema, as ajv has it; null where it does. */
export function fault({ draft, schema }: SchemaCase, text: string): string | null {
  const ajv = new VALIDATORS[draft]({ strict: false, validateFormats: false, logger: false });
  if (draft === 'draft6') ajv.addMetaSchema(DRAFT_6);
  try {
    return ajv.validate(schema, JSON.parse(text)) ? null : ajv.errorsText();
  } catch (thrown) {
    return String(thrown);
  }
}
