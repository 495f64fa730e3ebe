import { expect, test } from 'vitest';
import { configChanges } from './config-changes.ts';
import { type Bearing, type BearingTable, CONFIG_BEARINGS } from './config-digest.ts';
import { configJsonSchema } from './config-json-schema.ts';
import { parseConfig } from './load-config.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Keys of the schema that the table does not place, and keys of the table that the schema does not have. */
function disagreements(schema: Schema, table: Bearing | BearingTable | undefined, path: string): string[] {
  if (typeof table === 'string') return [];
  if (table === undefined) return [`${path} is not placed`];
  const objects = objectsIn(schema);
  const keys = new Set(objects.flatMap(({ properties = {} }) => Object.keys(properties)));
  const unknown = Object.keys(table).filter((key) => !keys.has(key));
  return [
    ...unknown.map((key) => `${path}.${key} is no key of the config`),
    ...objects.flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([key, child]) => disagreements(child, table[key], `${path}.${key}`)),
    ),
  ];
}

function objectsIn(schema: Schema): Schema[] {
  if (schema.items !== undefined) return objectsIn(schema.items);
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(objectsIn);
}

test('every key of the schema is placed, and nothing else', () => {
  expect(disagreements(configJsonSchema() as Schema, CONFIG_BEARINGS, 'config')).toEqual([]);
});

const BASE = `dataset: { input_data_location: data.jsonl, dataset_name: mine }
models:
  - { name: m, runner: local, model_id: SmolLM2-135M-Instruct, limits: { timeout_s: 5 } }
algorithms:
  - algorithm: qa_accuracy
max_failures: 3
`;
const digest = (text: string): string => parseConfig(text, 'evaluation_config.yaml').digest;

test.each([
  ['max_failures', BASE.replace('3\n', '5%\n')],
  ['deadline_ms', `${BASE}deadline_ms: 9000\n`],
  ['a limit of a model', BASE.replace('timeout_s: 5', 'timeout_s: 50')],
  ['the first limit', BASE.replace(', limits: { timeout_s: 5 }', '')],
  ['how a local model runs', BASE.replace('limits: { timeout_s: 5 }', 'local: { workers: 2, batch_size: 4 }')],
  ['a cost limit', `${BASE}aws: { max_cost: 4 }\n`],
  ['a gate', `${BASE}gates: [qa_accuracy.f1_score >= 0.5]\n`],
  ['the selection', `${BASE}selection: { prefer: size }\n`],
  ['a comment', `# why\n${BASE}`],
  ['an x- key', `x-note: { a: 1 }\n${BASE}`],
  ['the cache', `${BASE}cache: false\n`],
])('%s changes no answer: the digest stays', (_, text) => {
  expect(digest(text)).toBe(digest(BASE));
});

test.each([
  ['the data', BASE.replace('data.jsonl', 'other.jsonl')],
  ['a model', BASE.replace('135M', '360M')],
  ['the weights', BASE.replace('limits:', 'local: { dtype: q8 }, limits:')],
  ['a prompt', `${BASE}prompt: { system: Be brief. }\n`],
  ['a generation parameter', BASE.replace('limits:', 'evaluation_config: { inference_parameters: { x: 1 } }, limits:')],
  ['an option of an algorithm', `${BASE.replace('qa_accuracy\n', 'qa_accuracy\n    target_output_delimiter: "|"\n')}`],
  ['the region of an endpoint', `${BASE}aws: { region: eu-west-1 }\n`],
  ['a key that nobody knows', `${BASE}sede: 3\n`],
])('%s affects answers: the digest changes', (_, text) => {
  expect(digest(text)).not.toBe(digest(BASE));
});

test('changes are named by their keys', () => {
  const after = `x-note: 1\n${BASE.replace('3\n', '9\n').replace('timeout_s: 5', 'timeout_s: 6, max_attempts: 2')}`;
  expect(configChanges(BASE, after)).toEqual([
    'models[0].limits.timeout_s',
    'models[0].limits.max_attempts',
    'max_failures',
  ]);
  expect(configChanges(BASE, `# why\n${BASE}`)).toEqual([]);
});
