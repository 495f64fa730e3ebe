import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

const ROWS = 6_000;

/** Outputs of which each has a category of its own. */
async function manyCategories(): Promise<string> {
  const { folder, remove } = await scriptedProject(0);
  onTestFinished(remove);
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const category = `k${String((i * 7919) % ROWS).padStart(5, '0')}`;
    return JSON.stringify({ q: 'q', a: 'yes', o: i % 3 === 0 ? 'yes' : 'no', category, pad: 'x'.repeat(400) });
  });
  await writeFile(join(folder, 'data.jsonl'), `${rows.join('\n')}\n`);
  return folder;
}

interface Row {
  readonly category: string | null;
  readonly score: string;
  readonly n: number;
}

async function scoresOf(folder: string, run: string): Promise<Row[]> {
  return JSON.parse(await readFile(join(folder, run, 'summary.json'), 'utf8')).scores;
}

const SCORE = [
  ...['score', 'data.jsonl', '--algorithms', 'exact_match', '--model-input-key', 'q', '--target-output-key', 'a'],
  ...['--model-output-key', 'o', '--category-key', 'category', '--display', 'none'],
];

test('of very many categories the first thousand have figures, the rest one together, and that is told', async () => {
  const folder = await manyCategories();
  for (const workers of ['1', '3']) {
    const run = `run-${workers}`;
    const { code, stderr } = await assayHere([...SCORE, '-o', run, '--workers', workers], folder);
    expect(code, stderr).toBe(0);
  }
  const scores = await scoresOf(folder, 'run-1');
  const [first] = scores;
  const own = scores.filter(({ score, category }) => score === first!.score && category !== null);
  expect(own).toHaveLength(1001);
  expect(own.find(({ category }) => category === '(other)')?.n).toBe(ROWS - 1000);
  expect(own.find(({ category }) => category === 'k00999')?.n).toBe(1);
  expect(await scoresOf(folder, 'run-3')).toEqual(scores);
  const { stderr } = await assayHere(['report', 'run-1', '-o', 'page.html'], folder);
  expect(stderr).not.toMatch(/fault in assay/);
}, 300_000);

test('dataset.budgets.categories says how many, and the run says what it did', async () => {
  const { folder, config, remove } = await scriptedProject(20);
  onTestFinished(remove);
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace('  category_key: kind', '  category_key: kind\n  budgets: { categories: 2 }'));
  const { code, stderr } = await assayHere(['run', config, '-o', 'run'], folder);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(
    'there are more than 2 categories: those behind the first 2 by name count together, as "(other)"',
  );
  const categories = new Set((await scoresOf(folder, 'run')).map(({ category }) => category));
  expect(categories).toEqual(new Set([null, '(other)', 'kind-0', 'kind-1']));
}, 60_000);

test('assay score takes the same limits by --budgets, each by its name', async () => {
  const { folder, remove } = await scriptedProject(0);
  onTestFinished(remove);
  const rows = Array.from({ length: 9 }, (_, i) =>
    JSON.stringify({ q: 'q', a: 'yes', o: 'x'.repeat(10 * i), category: `k${i}` }),
  );
  await writeFile(join(folder, 'data.jsonl'), `${rows.join('\n')}\n`);
  const line = [...SCORE, '--algorithms', 'translation', '-o', 'run'];
  const { code, stderr, stdout } = await assayHere([...line, '--budgets', 'categories=4,text_pairs=2e2'], folder);
  expect(code, stderr).toBe(0);
  expect(new Set((await scoresOf(folder, 'run')).map(({ category }) => category)).size).toBe(6);
  expect(stdout).toContain('too_long');
  const unknown = await assayHere([...line, '--budgets', 'categorys=4'], folder);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "categories"?') });
  const small = await assayHere([...line, '--budgets', 'depth=0.5'], folder);
  expect(small.stderr).toMatch(/^USAGE .*depth/m);
}, 60_000);
