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

/** Fewer scores are compared at once there: all but the adjustment, and what follows of it, is the same. */
const ownFamily = (comparison: object) => ({
  ...comparison,
  adjustedPValue: expect.any(Number),
  reason: expect.stringContaining('exact McNemar'),
});

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
  const { code, stdout, stderr } = await assay(['run', 'three.yaml', '-o', 'run'], folder);
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
  expect(stdout).toMatch(/factual_knowledge\.factual_knowledge\n {2}1 +tuned +0\.900 +n 60\n {2}2–3 +short/);

  // The same models as sides of a comparison, and beside another run.
  const ranked = await assay(['compare', 'run', '--score', 'factual_knowledge.factual_knowledge', '--json'], folder);
  expect(ranked.code, ranked.stderr).toBe(0);
  const { sides, rankings, comparisons: pairs } = JSON.parse(ranked.stdout);
  expect(sides.map(({ label }: { label: string }) => label)).toEqual(['plain', 'tuned', 'short']);
  expect(pairs).toEqual(
    comparisons.filter(({ score }: { score: string }) => score === 'factual_knowledge').map(ownFamily),
  );
  expect(rankings).toEqual([
    {
      algorithm: 'factual_knowledge',
      score: 'factual_knowledge',
      ranks: [
        { model: 'tuned', value: 0.9, best: 1, worst: 1, n: 60 },
        { model: 'short', value: 0.6, best: 2, worst: 3, n: 60 },
        { model: 'plain', value: 0.5, best: 2, worst: 3, n: 60 },
      ],
    },
  ]);
  const beside = ['compare', 'run', 'run', 'run', '--baseline-model', 'plain', '--candidate-model', 'tuned'];
  const again = await assay([...beside, '--format', 'md', '--fail-on', 'regression'], folder);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('### 3 models ranked by paired comparisons')]);
  expect(again.stdout).toContain('`tuned (run)`');

  const pair = ['compare', 'run', 'run', '--baseline-model', 'tuned', '--candidate-model', 'short'];
  const narrowed = [...pair, '--score', 'factual_knowledge_quasi_exact', '--fail-on', 'regression'];
  const found = await assay([...narrowed, '--json'], folder);
  expect(found.code).toBe(1);
  const { gates, changed, comparisons: compared } = JSON.parse(found.stdout);
  expect(gates).toHaveLength(1);
  expect(compared[0].leftOut).toEqual({ onlyBaseline: 0, onlyCandidate: 0, unscoredBaseline: 0, unscoredCandidate: 0 });
  expect(changed).toMatchObject([{ score: 'factual_knowledge.factual_knowledge_quasi_exact' }]);
  expect(changed[0].samples[0]).toEqual({ index: 4, from: 1, to: 0, input: 'Question 4?' });
  const markdown = await assay([...pair, '--format', 'md'], folder);
  expect(markdown.stdout).toContain('#### Changed most');

  const one = await assay(['compare', 'run', '--candidate-model', 'tuned'], folder);
  expect([one.code, one.stderr]).toEqual([2, expect.stringContaining('a comparison needs two sides')]);
});
