import { isAssayError } from '@assay/core/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileConstraint } from './constraint.ts';

const KEYWORDS =
  '$ref $id $defs type enum const anyOf oneOf allOf properties required additionalProperties items prefixItems additionalItems minItems maxItems minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum minProperties maxProperties not title'.split(
    ' ',
  );

/** Anything that JSON can hold, most of it under the keywords of JSON Schema. */
const hostile = fc.letrec<{ value: unknown; schema: unknown }>((tie) => ({
  schema: fc.dictionary(fc.constantFrom(...KEYWORDS), tie('value'), { maxKeys: 4 }),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('object', 'string', 'integer', '#', '#/$defs', '#/properties/a', '[a-z]+', '(', 'a', ''),
    fc.constantFrom<unknown>(null, true, false, 0, 1, 3, -1, 2.5, 1e300, [], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', '__proto__', 'constructor'), tie('value'), { maxKeys: 2 }),
    tie('schema'),
  ),
})).schema;

test('whatever is given as a schema compiles, or is refused with a reason', () => {
  let compiled = 0;
  fc.assert(
    fc.property(hostile, (schema) => {
      try {
        compileConstraint({ type: 'json_schema', schema });
        compiled++;
      } catch (thrown) {
        if (!isAssayError(thrown) || thrown.code !== 'RUNNER_CONSTRAINT') throw thrown;
        expect(thrown.message).not.toMatch(/\[object|undefined/);
      }
    }),
    { numRuns: 800 },
  );
  expect(compiled).toBeGreaterThan(20);
}, 120_000);
