import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { firstConfig } from './first-config.ts';

const keys = { model_input_key: 'question', target_output_key: 'answer' };
const columns = ['question', 'answer'];

test.each([
  ['models/my-model', 'my-model'],
  ['..\\models\\my-model\\', 'my-model'],
  ['C:\\models\\my-model', 'my-model'],
  ['org/name', 'name'],
])('the model %s is called %s, and its path reads back as it was', (model, name) => {
  const config = parse(firstConfig({ data: 'q.jsonl', keys, columns, model })) as { models: unknown[] };
  expect(config.models).toMatchObject([{ name, model_id: model }]);
});
