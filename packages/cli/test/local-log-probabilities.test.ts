import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

interface Line {
  readonly kind: string;
  readonly sample: number;
  readonly state: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly answer: { readonly kind: string; readonly tokenCount: number };
}

/** A sample of a run that keeps tokens. */
interface TokensLine extends Line {
  readonly tokens: Readonly<Record<string, readonly (readonly [text: string, nats: number])[]>>;
  readonly logProbabilities: Readonly<Record<string, number>>;
}

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const LIMIT = 4;

let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['prompt-stereotyping', 'prompt_stereotyping', 2],
  ['multiple-choice', 'accuracy', 4],
])(
  'the example %s is scored by log-probabilities of the embedded model',
  async (name, score, asked) => {
    folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
    const [config, run] = [join(EXAMPLES, name, 'evaluation_config.yaml'), join(folder, 'run')];
    const { code, stdout } = await assayHere(['run', config, '--limit', `${LIMIT}`, '-o', run, '--json'], folder);
    expect(code).toBe(0);
    const { scores } = JSON.parse(stdout) as { scores: { score: string; n: number; category: string | null }[] };
    expect(scores.find((each) => each.score === score && each.category === null)).toMatchObject({ n: LIMIT });
    const lines = (await readFile(join(run, 'journal.jsonl'), 'utf8')).trim().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Line);
    const answers = records.filter(({ kind }) => kind === 'answer');
    expect(answers.every(({ answer }) => answer.kind === 'logProbability' && answer.tokenCount > 0)).toBe(true);
    const samples = records.filter(({ kind }) => kind === 'sample');
    expect(samples.map(({ state }) => state)).toEqual(Array(LIMIT).fill('scored'));
    for (const { outputs } of samples) {
      const values = Object.values(outputs);
      expect(values.every((value) => /^-\d+\.\d{4}$/.test(value))).toBe(true);
      expect(new Set(values).size).toBe(asked);
    }
  },
  90_000,
);

test('a run that keeps tokens has those of each scored text: joined they are the text, summed its log-probability', async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
  const rows = [
    { question: 'What do bees make?', choices: ['honey', 'granite'], answer: 0 },
    { question: 'Was machen Bienen? 🐝', choices: ['Honig', 'Süßholz 🐝'], answer: 0 },
  ];
  await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  await writeFile(
    join(folder, 'config.yaml'),
    `dataset: { dataset_name: d, input_data_location: rows.jsonl, model_input_key: question, choices_key: choices, answer_index_key: answer }
models: [{ name: m, runner: local, model_id: SmolLM2-135M-Instruct, evaluation_config: { prompt_template: "Question: $model_input\\nAnswer:" } }]
algorithms: [{ algorithm: multiple_choice }]
keep: { tokens: true }
`,
  );
  const run = join(folder, 'run');
  expect((await assayHere(['run', 'config.yaml', '-o', run], folder)).code).toBe(0);
  const lines = (await readFile(join(run, 'journal.jsonl'), 'utf8')).trim().split('\n');
  const samples = lines.map((line) => JSON.parse(line) as TokensLine).filter(({ kind }) => kind === 'sample');
  expect(samples).toHaveLength(2);
  for (const { tokens, logProbabilities, sample } of samples) {
    for (const [at, choice] of rows[sample]!.choices.entries()) {
      const own = tokens[`choice/${at}`]!;
      expect(own.map(([text]) => text).join('')).toBe(` ${choice}`);
      const sum = own.reduce((all, [, nats]) => all + nats, 0);
      expect(sum).toBeCloseTo(logProbabilities[`choice/${at}`]!, 2);
    }
  }
  const page = await readFile(join(run, 'report.html'), 'utf8');
  expect(page).toContain('"tokens":{"choice/0":{"texts":[" h');
}, 90_000);
