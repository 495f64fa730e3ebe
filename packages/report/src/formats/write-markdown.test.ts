import { lexer, type Token, type Tokens, walkTokens } from 'marked';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { HOSTILE_TEXTS } from '../../test/support/hostile-texts.ts';
import { markdownComparison, markdownRanking } from './markdown-comparison.ts';
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
  const markdown = markdownReport(makeRun(), {
    gates: [{ name: 'failed <= 0', status: 'failed' as const, reason: '5 failed' }],
  });
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

function allTokens(markdown: string): Token[] {
  const found: Token[] = [];
  void walkTokens(lexer(markdown), (token) => {
    found.push(token);
  });
  return found;
}

test('a Markdown renderer finds the headings, the gates and the tables whole', () => {
  const run = makeRun({ models: ['A', 'B', 'C'] });
  const tokens = lexer(
    markdownReport(run, { gates: [{ name: 'failed <= 0', status: 'failed' as const, reason: '5 failed' }] }),
  );
  expect(tokens.filter(({ type }) => type === 'heading').map((token) => (token as Tokens.Heading).depth)).toEqual([
    3, 4, 4, 4, 4,
  ]);
  const [scores, pairs] = tokens.filter(({ type }) => type === 'table') as Tokens.Table[];
  expect(scores!.header.map(({ text }) => text)).toEqual(['score', '`A`', '`B`', '`C`', 'n']);
  expect(scores!.align).toEqual(['left', 'right', 'right', 'right', 'right']);
  expect([scores!.rows.length, pairs!.rows.length]).toEqual([6, 18]);
});

test.for(HOSTILE_TEXTS)('a Markdown renderer finds no markup in $name', ({ text }) => {
  const { manifest, summary } = makeRun({ models: ['A', 'B'] });
  const models = summary.models.map((model) => ({ ...model, name: `${model.name}${text}` }));
  const scores = summary.scores.map((score) => ({ ...score, model: `${score.model}${text}` }));
  const comparisons = summary.comparisons.map((each) => ({ ...each, reason: text, candidate: text }));
  const hostile = { manifest, summary: { ...summary, models, scores, comparisons } };
  const gates = [{ name: text, status: 'failed' as const, reason: text }];
  const names = { baseline: text, candidate: text };
  const categories = comparisons.map((each) => ({ ...each, category: text }));
  const changed = [{ score: text, samples: [{ index: 3, input: text, from: 0, to: 1 }] }];
  const rankings = [{ algorithm: text, score: text, ranks: [{ model: text, value: 0.5, best: 1, worst: 2, n: 9 }] }];
  const sides = [{ label: text, run: text }];
  const notes = [text];
  for (const markdown of [
    markdownReport(hostile, { gates }),
    markdownComparison(names, comparisons, { gates, notes, categories, changed }),
    markdownRanking(sides, rankings, comparisons, { gates, notes }),
  ]) {
    const types = new Set(allTokens(markdown).map(({ type }) => type));
    for (const type of ['html', 'link', 'image', 'code', 'del', 'em', 'br', 'def'])
      expect([...types]).not.toContain(type);
    const tables = allTokens(markdown).filter(({ type }) => type === 'table') as Tokens.Table[];
    for (const { header, rows } of tables) for (const row of rows) expect(row).toHaveLength(header.length);
    expect(tables.at(-1)!.rows.length).toBeGreaterThan(0);
  }
});

test('a comparison of two runs says where the candidate is worse or better, or that nobody can tell', () => {
  const [first] = makeRun({ models: ['A', 'B'] }).summary.comparisons;
  const headline = (...verdicts: ('better' | 'worse' | 'cannot tell')[]) => {
    const comparisons = verdicts.map((verdict) => ({ ...first!, baseline: 'old', candidate: 'new', verdict }));
    return markdownComparison({ baseline: 'r1', candidate: 'r2' }, comparisons).split('\n')[0];
  };
  expect(headline('worse', 'better', 'cannot tell')).toBe('### new is worse on 1 and better on 1 of 3 scores than old');
  expect(headline('cannot tell')).toBe('### new and old cannot be told apart on the one score');
});
