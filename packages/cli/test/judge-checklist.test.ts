import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-checklist-'));
  const rows = ['Capital of France?', 'Capital of Peru?'].map((q) => `${JSON.stringify({ q, output: 'A city.' })}\n`);
  await writeFile(join(folder, 'rows.jsonl'), rows.join(''));
  await writeFile(join(folder, 'judge.jsonl'), `${JSON.stringify({ prompt: 'nothing asks this', text: 'x' })}\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** @param says what the judge answers to everything */
async function writeConfig(says: string, items = '{ file: checklist.json }'): Promise<void> {
  const judge = `{ runner: scripted, scripted: { answers: judge.jsonl, otherwise: ${JSON.stringify(says)} } }`;
  await writeFile(
    join(folder, 'config.yaml'),
    `dataset: { input_data_location: rows.jsonl, model_output_key: output, model_input_key: q }
models: [{ name: recorded, runner: outputs }]
algorithms: [{ algorithm: llm_judge, mode: checklist, swap: false, judge: ${judge}, items: ${items} }]
`,
  );
}

const checklist = async () => {
  const text = await readFile(join(folder, 'checklist.json'), 'utf8');
  return { text, ...(JSON.parse(text) as { items: string[]; made: { by: string; samples: string[] } }) };
};

test('the judge writes a checklist once, people edit it, and runs keep what it held', async () => {
  await writeConfig('Here is the list:\n1. **Names** the city.\n- Is short.\n2. Is short.\n');
  const none = await assayHere(['run', 'config.yaml', '-o', 'none', '--display', 'none'], folder);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('cannot read checklist.json')]);
  expect(none.stderr).toContain('assay judge checklist CONFIG');

  const made = await assayHere(['judge', 'checklist', 'config.yaml'], folder);
  expect([made.code, made.stderr]).toEqual([0, '']);
  expect(made.stdout).toContain('- Names the city.\n- Is short.\nchecklist   checklist.json');
  const first = await checklist();
  expect(first.items).toEqual(['Names the city.', 'Is short.']);
  expect(first.made).toMatchObject({
    by: expect.stringContaining('scripted:judge.jsonl@sha256:'),
    samples: { length: 2 },
  });
  const again = await assayHere(['judge', 'checklist', 'config.yaml'], folder);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('checklist.json is there already')]);
  expect((await checklist()).text).toBe(first.text);

  await writeFile(
    join(folder, 'checklist.json'),
    JSON.stringify({ items: [{ text: 'Names the city.', weight: 2 }, 'Is polite.'] }),
  );
  const { text } = await checklist();
  await writeConfig('yes');
  const run = await assayHere(['run', 'config.yaml', '-o', 'run', '--display', 'none'], folder);
  expect([run.code, run.stderr]).toEqual([0, '']);
  const manifest = JSON.parse(await readFile(join(folder, 'run', 'manifest.json'), 'utf8'));
  expect(manifest.algorithms[0].options.items).toEqual({
    file: 'checklist.json',
    sha256: createHash('sha256').update(text).digest('hex'),
    items: [{ text: 'Names the city.', weight: 2 }, 'Is polite.'],
  });
  const { scores } = JSON.parse(await readFile(join(folder, 'run', 'summary.json'), 'utf8'));
  expect(scores[0]).toMatchObject({ score: 'judge_score', n: 2, value: 1 });
  expect(scores[0].signature).toContain('Is polite.');
});

test.each([
  ['not JSON', 'is no JSON'],
  ['{"items": []}', 'checklist.json: items'],
  ['{"items": [""]}', 'checklist.json: items.0'],
])('a checklist that is %s is refused', async (text, message) => {
  await writeConfig('yes');
  await writeFile(join(folder, 'checklist.json'), text);
  const { code, stderr } = await assayHere(['run', 'config.yaml', '-o', 'run', '--display', 'none'], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('a pinned digest takes no other content, and a judge that writes nothing makes no file', async () => {
  await writeConfig('yes', `{ file: checklist.json, sha256: ${'a'.repeat(64)} }`);
  await writeFile(join(folder, 'checklist.json'), '{"items": ["x"]}');
  const { code, stderr } = await assayHere(['run', 'config.yaml', '-o', 'run', '--display', 'none'], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining('its digest is')]);
  await rm(join(folder, 'checklist.json'));
  await writeConfig('…\n12\n');
  const none = await assayHere(['judge', 'checklist', 'config.yaml'], folder);
  expect([none.code === 0, none.stderr]).toEqual([false, expect.stringContaining('the judge wrote no requirement')]);
  await expect(checklist()).rejects.toThrow('ENOENT');
});
