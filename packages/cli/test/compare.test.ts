import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

const SAMPLES = 60;

/** Right on 30, 54 and 36 of 60 questions, twelve about each of five passages. */
const RIGHT: Readonly<Record<string, (index: number) => boolean>> = {
  plain: (i) => i % 2 === 0,
  tuned: (i) => i % 10 !== 3,
  short: (i) => i % 5 < 3,
};

let folder: string;
let printed: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-compare-'));
  const lines = (of: (index: number) => object) =>
    Array.from({ length: SAMPLES }, (_, i) => `${JSON.stringify(of(i))}\n`).join('');
  await writeFile(
    join(folder, 'data.jsonl'),
    lines((i) => ({ question: `Question ${i}?`, answer: `word${i}`, passage: `passage ${Math.floor(i / 12)}` })),
  );
  for (const [name, isRight] of Object.entries(RIGHT)) {
    const answers = lines((index) => ({ index, text: isRight(index) ? `It is word${index}.` : 'no idea' }));
    await writeFile(join(folder, `${name}.jsonl`), answers);
  }
  const config = `dataset: { input_data_location: data.jsonl, model_input_key: question, target_output_key: answer }
models:
${Object.keys(RIGHT)
  .map((name) => `  - { name: ${name}, scripted: { answers: ${name}.jsonl } }\n`)
  .join('')}algorithms:
  - algorithm: factual_knowledge
`;
  await writeFile(join(folder, 'three.yaml'), config);
  await writeFile(join(folder, 'clusters.yaml'), config.replace('answer }', 'answer, cluster_key: passage }'));
  const { code, stdout, stderr } = await assayHere(['run', 'three.yaml', '-o', 'run'], folder);
  expect(code, stderr).toBe(0);
  printed = stdout;
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function comparisonsOf(run: string): Promise<Record<string, unknown>[]> {
  const { comparisons } = JSON.parse(await readFile(join(folder, run, 'summary.json'), 'utf8'));
  return comparisons.filter(({ score }: { score: string }) => score === 'factual_knowledge');
}

test('two sides become one page: samples side by side, verdicts within categories, and what to mind', async () => {
  const data = join(folder, 'sides.jsonl');
  const lines = Array.from({ length: SAMPLES }, (_, i) =>
    JSON.stringify({ question: `Question ${i}?`, answer: `word${i}`, kind: i % 2 === 0 ? 'even' : 'odd' }),
  );
  const config = (name: string, from: string) => `dataset: { input_data_location: ${from}, model_input_key: question, \
target_output_key: answer, category_key: kind }
models: [{ name: model, scripted: { answers: ${name}.jsonl } }]
algorithms: [{ algorithm: factual_knowledge }]
`;
  await writeFile(data, lines.join('\n'));
  // The second run lacks the last question, which changes no row's number.
  await writeFile(join(folder, 'sides-cut.jsonl'), lines.slice(0, -1).join('\n'));
  for (const [name, from] of [
    ['plain', 'sides.jsonl'],
    ['tuned', 'sides-cut.jsonl'],
  ] as const) {
    await writeFile(join(folder, `${name}.yaml`), config(name, from));
    const { code, stderr } = await assayHere(['run', `${name}.yaml`, '-o', `side-${name}`], folder);
    expect(code, stderr).toBe(0);
  }
  const { code, stdout, stderr } = await assayHere(
    ['compare', 'side-plain', 'side-tuned', '--format', 'html', '-o', 'pair.html'],
    folder,
  );
  expect([code, stdout], stderr).toEqual([0, 'pair.html\n']);
  const page = await readFile(join(folder, 'pair.html'), 'utf8');
  expect(page).toContain('model (side-tuned) is better than model (side-plain) on factual_knowledge');
  expect(page).toContain('"leftOut":"1 only in the baseline"');
  expect(page).toContain('pairs the samples of each category: model (side-tuned) against model (side-plain)');
  const index = JSON.parse(/id="data-index">(.*)<\/script>/.exec(page)![1]!);
  expect(index.rows).toBe(2 * SAMPLES - 1);
  // Rows of either side, the samples of each in their order: a run from its first sample, by steps of one.
  expect(index.model).toEqual({
    runs: [
      [0, 0, SAMPLES],
      [1, 0, SAMPLES - 1],
    ],
  });
  expect(index.sample).toEqual({
    runs: [
      [0, 1, SAMPLES],
      [0, 1, SAMPLES - 1],
    ],
  });
  // The page of a run of two models has them too.
  const models = ['plain', 'tuned'].map((name) => `{ name: ${name}, scripted: { answers: ${name}.jsonl } }`);
  const both = config('plain', 'sides.jsonl').replace(/models: .*/, `models: [${models.join(', ')}]`);
  await writeFile(join(folder, 'both.yaml'), both);
  expect((await assayHere(['run', 'both.yaml', '-o', 'both'], folder)).code).toBe(0);
  const report = await readFile(join(folder, 'both', 'report.html'), 'utf8');
  expect(report).toContain('pairs the samples of each category: tuned against plain');
}, 60_000);

test('an output in a bucket is refused with what to do, not written to a folder of that name', async () => {
  const { code, stderr } = await assayHere(['compare', 'run', '--format', 'html', '-o', 's3://bucket/x.html'], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining('aws s3 cp')]);
});

test('among three models the page says that the second is best, held against each of the others', async () => {
  expect(await readFile(join(folder, 'run', 'report.html'), 'utf8')).toContain('tuned is best on factual_knowledge');
  const verdicts = (await comparisonsOf('run')).map(({ baseline, candidate, verdict }) => [
    baseline,
    candidate,
    verdict,
  ]);
  expect(verdicts).toEqual([
    ['plain', 'tuned', 'better'],
    ['plain', 'short', 'cannot tell'],
    ['tuned', 'short', 'worse'],
  ]);
  expect(printed).toMatch(/factual_knowledge\.factual_knowledge\n {2}1 +tuned +0\.900 +n 60\n {2}2–3 +short/);
});

test('questions about one passage are compared by passages', async () => {
  const { code, stderr } = await assayHere(['run', 'clusters.yaml', '-o', 'clusters'], folder);
  expect(code, stderr).toBe(0);
  const [first] = await comparisonsOf('clusters');
  // All five passages favour one model, and five are few.
  expect(first).toMatchObject({ n: 60, verdict: 'cannot tell', test: 'paired, by cluster' });
});

test('the models of one run are ranked by each score, and told with their pairs', async () => {
  const { code, stdout, stderr } = await assayHere(
    ['compare', 'run', '--score', 'factual_knowledge.factual_knowledge', '--json'],
    folder,
  );
  expect(code, stderr).toBe(0);
  const { sides, rankings, comparisons } = JSON.parse(stdout);
  expect(sides.map(({ label }: { label: string }) => label)).toEqual(['plain', 'tuned', 'short']);
  // The run gave verdicts on this score alone, which is the primary one.
  expect(comparisons).toEqual(await comparisonsOf('run'));
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
});

test('models of several runs are ranked together, those of one name with their run, and gated against the first', async () => {
  const sides = ['compare', 'run', 'run', 'run', '--baseline-model', 'plain', '--candidate-model', 'tuned'];
  const { code, stdout, stderr } = await assayHere(
    [...sides, '--format', 'md', '--fail-on', 'regression <= 0.2'],
    folder,
  );
  expect([code, stdout]).toEqual([0, expect.stringContaining('### 3 models ranked by paired comparisons')]);
  expect(stdout).toContain('`tuned (run) #2`');
  expect(stderr.match(/gate passed/g)).toHaveLength(2);
});

test('a pair is told with what it leaves out and the samples that changed, its gates narrowed to the score', async () => {
  const pair = ['compare', 'run', '--baseline-model', 'tuned', '--candidate-model', 'short'];
  const narrowed = [...pair, '--score', 'factual_knowledge_quasi_exact', '--fail-on', 'regression <= 2%'];
  const found = await assayHere([...narrowed, '--json'], folder);
  expect(found.code).toBe(1);
  const { gates, changed, comparisons } = JSON.parse(found.stdout);
  expect(gates).toHaveLength(1);
  expect(comparisons[0].leftOut).toEqual({
    onlyBaseline: 0,
    onlyCandidate: 0,
    unscoredBaseline: 0,
    unscoredCandidate: 0,
  });
  expect(changed).toMatchObject([{ score: 'factual_knowledge.factual_knowledge_quasi_exact' }]);
  expect(changed[0].samples[0]).toEqual({ index: 4, from: 1, to: 0, input: 'Question 4?' });
  const markdown = await assayHere([...pair, '--format', 'md'], folder);
  expect(markdown.stdout).toContain('#### Changed most');
});

test('one model of one run has nothing to be compared with', async () => {
  const { code, stderr } = await assayHere(['compare', 'run', '--candidate-model', 'tuned'], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining('a comparison needs two sides')]);
});
