import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexer } from 'marked';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { HOSTILE_TEXTS } from '../../test/support/hostile-texts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { markdownSamples } from './markdown-samples.ts';
import { writeMarkdown } from './write-markdown.ts';

const run = () =>
  makeRun({
    models: ['A', 'B'],
    samples: 8,
    alter: (row) => ({
      ...row,
      ...{ state: 'scored', error: null, prompt: `Q: ${row.index}`, output: `answer ${row.index}` },
      columns: { source: `page ${row.index}` },
      ...(row.model === 'A' && row.index === 6 ? { stopReason: 'length' as const } : {}),
      ...(row.model === 'A' && row.index === 7 ? { state: 'failed' as const, error: 'RUNNER_FAILED gone' } : {}),
    }),
  });

test('of each model a few samples stand folded away, those that failed or were cut first, with what was kept of them', async () => {
  const lines = (await markdownSamples(run())).split('\n').filter((line) => line.startsWith('|'));
  expect(lines).toEqual([
    '| model | row | prompt | answer | ended | source |',
    '| :-- | --: | :-- | :-- | :-- | :-- |',
    '| `A` | 7 | Q: 6 | answer 6 | scored, cut at max_new_tokens | page 6 |',
    '| `A` | 8 | Q: 7 | answer 7 | failed: RUNNER\\_FAILED gone | page 7 |',
    '| `A` | 1 | Q: 0 | answer 0 | scored | page 0 |',
    '| `B` | 1 | Q: 0 | answer 0 | scored | page 0 |',
    '| `B` | 2 | Q: 1 | answer 1 | scored | page 1 |',
    '| `B` | 3 | Q: 2 | answer 2 | scored | page 2 |',
  ]);
});

test('a run without samples shows none', async () => {
  expect(await markdownSamples(makeRun({ samples: 0 }))).toBe('');
});

test('answers that are cut are counted beside the states', async () => {
  const file = join(temporaryFolder(), 'run.md');
  const own = run();
  const models = own.summary.models.map((model) => ({ ...model, cut: model.name === 'A' ? 1 : 0 }));
  await writeMarkdown({ ...own, summary: { ...own.summary, models } }, file);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/\| model \|.* cut at max_new_tokens \|\n.*\n\| `A` \|.* 1 \|\n\| `B` \|.* 0 \|/);
  expect(text).toContain('<details><summary>Some samples</summary>');
});

test.for(HOSTILE_TEXTS)('$name in a prompt, an answer or a column adds no markup', async ({ text }) => {
  const hostile = makeRun({
    models: ['A'],
    samples: 1,
    alter: (row) => ({ ...row, prompt: text, output: text, columns: { [text]: text } }),
  });
  const found = lexer(await markdownSamples(hostile)).filter(({ type }) => type !== 'space');
  expect(found.map(({ type }) => type)).toEqual(['html', 'table', 'html']);
});
