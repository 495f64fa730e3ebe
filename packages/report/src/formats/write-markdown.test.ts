import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import { markdownReport } from './write-markdown.ts';

function tables(markdown: string): string[][][] {
  return [...markdown.matchAll(/(?:^\|.*\|$\n?)+/gm)].map(([table]) =>
    table
      .trim()
      .split('\n')
      .map((line) =>
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim()),
      ),
  );
}

test('the verdict comes first, then gates, scores and paired differences', () => {
  const markdown = markdownReport(makeRun(), { gates: [{ name: 'failed <= 0', passed: false, reason: '5 failed' }] });
  expect(markdown).toMatch(/^### SmolLM2-360M-Instruct is better than SmolLM2-135M-Instruct on 5 of 6 scores/);
  expect([...markdown.matchAll(/^#### (.*)$/gm)].map((match) => match[1])).toEqual([
    'Gates',
    'Scores',
    'Paired differences',
    'How the samples ended',
  ]);
  expect(markdown).toContain('- **failed**: failed &lt;= 0, 5 failed');
});

test('every table is rectangular: models beside scores, one line a pair and score', () => {
  const run = makeRun({ models: ['A', 'B', 'C'] });
  const [scores, pairs] = tables(markdownReport(run));
  for (const table of [scores!, pairs!]) for (const row of table) expect(row).toHaveLength(table[0]!.length);
  expect(scores![0]).toEqual(['score', '`A`', '`B`', '`C`', 'n']);
  expect(scores).toHaveLength(2 + 6);
  expect(pairs).toHaveLength(2 + 3 * 6);
});

test('one model has no table of pairs', () => {
  expect(markdownReport(makeRun({ models: ['A'] }))).not.toContain('Paired');
});

test('names cannot add markup, cells, mentions or links', () => {
  expect(markdownCode('a|b`c``\nd')).toBe('```a\\|b`c`` d```');
  expect(markdownText('<img src=x> [a](b) *c* `d` |e')).toBe('&lt;img src=x\\> \\[a\\]\\(b\\) \\*c\\* \\`d\\` \\|e');
  expect(markdownText('@everyone')).not.toContain('@everyone');
});
