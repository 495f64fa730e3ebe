import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { configJsonSchema } from './config-json-schema.ts';

const COMMITTED = fileURLToPath(new URL('../../../../schema/evaluation_config.schema.json', import.meta.url));

test('the committed schema is the one that the code makes (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(configJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(COMMITTED);
});

test('every key is described', () => {
  const bare: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const {
      properties = {},
      items,
      anyOf = [],
    } = schema as { properties?: Record<string, unknown>; items?: unknown; anyOf?: unknown[] };
    for (const [key, child] of Object.entries(properties)) {
      if ((child as { description?: string }).description === undefined) bare.push(`${path}.${key}`);
      visit(child, `${path}.${key}`);
    }
    visit(items, `${path}[]`);
    for (const option of anyOf) visit(option, path);
  };
  visit(configJsonSchema(), '');
  expect(bare).toEqual([]);
});

test('known algorithms bring their names and options', () => {
  const algorithms = new Map([['qa_accuracy', { options: z.strictObject({ target_output_delimiter: z.string() }) }]]);
  const text = JSON.stringify(configJsonSchema({ algorithms }));
  expect(text).toContain('"examples":["qa_accuracy"]');
  expect(text).toContain('"target_output_delimiter":{"type":"string"}');
});
