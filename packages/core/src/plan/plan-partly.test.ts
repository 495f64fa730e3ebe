import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { planRun } from './plan-run.ts';

test.each([
  ['', undefined, false],
  ['limit: 1', undefined, true],
  ['sample: { n: 1 }', undefined, true],
  ['', { from: 0, to: 1 }, true],
])('data behind a URI is asked for partly with "%s" and --limit %j: %s', async (part, limit, partly) => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'data.jsonl'), '{"question":"Who?"}\n');
  const text = `dataset: { input_data_location: "https://host/data.jsonl", model_input_key: question, ${part} }
models: [{ name: m, scripted: { answers: none.jsonl } }]
algorithms: [{ algorithm: latency }]
`;
  const loaded = requireValid(parseConfig(text, join(folder, 'config.yaml'), { algorithms: ALGORITHMS }));
  const asked: unknown[] = [];
  const unused = () => expect.unreachable();
  await planRun(loaded, {
    openRunner: unused,
    openHelper: unused,
    ...(limit === undefined ? {} : { limit }),
    fetchRemote: async (...given) => {
      asked.push(given);
      return [join(folder, 'data.jsonl')];
    },
  });
  expect(asked).toEqual([['https://host/data.jsonl', { partly }]]);
});
