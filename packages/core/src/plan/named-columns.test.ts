import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { planRun } from './plan-run.ts';

const COLUMNS = ['question', 'answer', 'schema', 'checks', 'topic', 'note', 'unused'];

/** The columns that a run over Parquet reads. */
async function columnsRead(algorithm: string, template = '$model_input'): Promise<string[]> {
  const folder = temporaryFolder();
  const columnData = COLUMNS.map((name) => ({ name, data: [{ n: 1 }, { n: 2 }], type: 'JSON' as const }));
  await writeFile(join(folder, 'data.parquet'), Buffer.from(parquetWriteBuffer({ columnData })));
  await writeFile(
    join(folder, 'own.js'),
    `export default { name: 'own', needs: () => [], scores: () => ({}), score: () => ({ scores: {} }), signature: () => 'own' };\n`,
  );
  const text = `dataset: { input_data_location: data.parquet, model_input_key: question }
models:
  - name: m
    scripted: { answers: none.jsonl }
    evaluation_config:
      prompt_template: ${JSON.stringify(template)}
algorithms: [${algorithm}]
`;
  const unused = () => expect.unreachable();
  const loaded = requireValid(parseConfig(text, join(folder, 'config.yaml'), { algorithms: ALGORITHMS }));
  const plan = await planRun(loaded, { openRunner: unused, openHelper: unused, allowCode: true });
  for await (const { record } of plan.dataset.samples(() => {})) return Object.keys(record);
  return [];
}

test.each([
  ['{ algorithm: latency }', ['question']],
  ['{ algorithm: json_validity, schema_field: schema }', ['question', 'schema']],
  ['{ algorithm: json_validity, schema_field: "schema.inner" }', ['question', 'schema']],
  ['{ algorithm: assertions, checks_field: checks }', ['question', 'checks']],
  ['{ algorithm: assertions, contains: "so $topic", regex: ["^$note", "a$"] }', ['question', 'topic', 'note']],
  [
    `{ algorithm: assertions, equals: "\${topic}", robustness: { perturbation: butter_finger } }`,
    ['question', 'topic'],
  ],
])('%s reads %j', async (algorithm, expected) => {
  expect(new Set(await columnsRead(algorithm))).toEqual(new Set(expected));
});

test('a prompt template reads what it names, by any expression', async () => {
  const named = await columnsRead('{ algorithm: latency }', `On $topic \${note.n}: $model_input`);
  expect(new Set(named)).toEqual(new Set(['question', 'topic', 'note']));
  const any = await columnsRead('{ algorithm: latency }', `All: \${keys(@)} $model_input`);
  expect(any).toEqual(COLUMNS);
});

test('code of one’s own may look anything up', async () => {
  expect(await columnsRead('{ algorithm: own, module: ./own.js }')).toEqual(COLUMNS);
});
