import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { assay } from './assay.ts';

const SAMPLES = 60;

/** Right on 30, 54 and 36 of 60 questions. */
const RIGHT: Readonly<Record<string, (index: number) => boolean>> = {
  plain: (i) => i % 2 === 0,
  tuned: (i) => i % 10 !== 3,
  short: (i) => i % 5 < 3,
};

test('among three models the page says that the second is best, held against each of the others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-three-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines = (of: (index: number) => object) =>
    Array.from({ length: SAMPLES }, (_, i) => `${JSON.stringify(of(i))}\n`).join('');
  await writeFile(
    join(folder, 'data.jsonl'),
    lines((i) => ({ question: `Question ${i}?`, answer: `word${i}` })),
  );
  for (const [name, isRight] of Object.entries(RIGHT)) {
    const answers = lines((index) => ({ index, text: isRight(index) ? `It is word${index}.` : 'no idea' }));
    await writeFile(join(folder, `${name}.jsonl`), answers);
  }
  await writeFile(
    join(folder, 'three.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: question, target_output_key: answer }
models:
${Object.keys(RIGHT)
  .map((name) => `  - { name: ${name}, scripted: { answers: ${name}.jsonl } }\n`)
  .join('')}algorithms:
  - algorithm: factual_knowledge
`,
  );
  const { code, stderr } = await assay(['run', 'three.yaml', '-o', 'run'], folder);
  expect(code, stderr).toBe(0);
  const page = await readFile(join(folder, 'run', 'report.html'), 'utf8');
  expect(page).toContain('tuned is best on both scores');
  const { comparisons } = JSON.parse(await readFile(join(folder, 'run', 'summary.json'), 'utf8'));
  const verdicts = comparisons
    .filter(({ score }: { score: string }) => score === 'factual_knowledge')
    .map(({ baseline, candidate, verdict }: Record<string, string>) => [baseline, candidate, verdict]);
  expect(verdicts).toEqual([
    ['plain', 'tuned', 'better'],
    ['plain', 'short', 'cannot tell'],
    ['tuned', 'short', 'worse'],
  ]);
});
