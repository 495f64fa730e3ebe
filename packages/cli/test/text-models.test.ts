import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { assayHere } from './assay-here.ts';

vi.setConfig({ testTimeout: 240_000 });

const FIXTURE = fileURLToPath(new URL('../../runner-local/fixtures/encoders/bert-tokens', import.meta.url));

interface Summary {
  readonly scores: readonly { model: string; algorithm: string; score: string; value: number; interval: unknown }[];
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-text-models-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function rows(name: string, all: readonly object[]): Promise<void> {
  await writeFile(join(folder, name), all.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

async function command(args: readonly string[], config: string) {
  await writeFile(join(folder, 'config.yaml'), config);
  const env = { ASSAY_CACHE: join(folder, 'cache'), HF_HUB_OFFLINE: '1' };
  return assayHere([...args, ...(args[0] === 'run' ? ['--display', 'none'] : [])], folder, env);
}

async function scores(run: string): Promise<Map<string, number>> {
  const summary = JSON.parse(await readFile(join(folder, run, 'summary.json'), 'utf8')) as Summary;
  return new Map(summary.scores.map(({ model, score, value }) => [`${model} ${score}`, value]));
}

async function journal(run: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(join(folder, run, 'journal.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const ENCODER = `models: [{ name: MiniLM, runner: local, model_id: all-MiniLM-L6-v2 }]
`;

test('an encoder of the config is ranked and compared with people, and answered by the cache the second time', async () => {
  await rows('rows.jsonl', [
    { a: 'A man is eating food.', b: 'A man has a meal.', score: 5, texts: ['The bank failed.', 'He eats.'], right: 1 },
    { a: 'It rains in Oslo.', b: 'Oslo has rain.', score: 5, texts: ['Wet weather in Norway.', 'He eats.'], right: 0 },
    { a: 'She sold her car.', b: 'Markets fell.', score: 0, texts: ['A car was sold.', 'Snow fell.'], right: 0 },
    {
      a: 'The train is late.',
      b: 'Bake the bread.',
      score: 0,
      texts: ['Bread is baked.', 'Delayed trains.'],
      right: 1,
    },
  ]);
  const config = `dataset:
  input_data_location: rows.jsonl
  model_input_key: a
  context_key: b
  target_output_key: score
  choices_key: texts
  answer_index_key: right
${ENCODER}algorithms: [{ algorithm: text_similarity }, { algorithm: ranking }]
`;
  const first = await command(['run', 'config.yaml', '-o', 'one'], config);
  expect(first.stderr).toBe('');
  expect(first.code).toBe(0);
  const found = await scores('one');
  expect(found.get('MiniLM hit_at_1')).toBe(1);
  expect(found.get('MiniLM pearson')).toBeGreaterThan(0.9);
  expect(found.get('MiniLM spearman')).toBeGreaterThan(0.8);
  expect((await command(['run', 'config.yaml', '-o', 'two'], config)).code).toBe(0);
  expect(await scores('two')).toEqual(found);
  const kept = (await journal('two')).filter(({ kind }) => kind === 'sample');
  expect(kept.map(({ cache }) => Object.values(cache as object))).toEqual(kept.map(() => [true, true]));
  const plan = await command(['plan', 'config.yaml'], config);
  expect(plan.stdout).toMatch(/questions\s+8\n/);
  expect(plan.stdout).toMatch(/cached\s+8 \(100 %\)/);
});

test('a classifier of the config answers with its likeliest label, and a classifier of tokens with its spans', async () => {
  await cp(FIXTURE, join(folder, 'names'), { recursive: true });
  const { answers } = JSON.parse(await readFile(join(FIXTURE, 'reference.json'), 'utf8')) as {
    answers: { text: string; spans: { label: string; at: number; text: string }[] }[];
  };
  // What transformers' pipeline finds in the same texts, as the target.
  const texts = answers.filter(({ text }) => text.trim() !== '').slice(0, 6);
  await rows(
    'names.jsonl',
    texts.map(({ text, spans }) => {
      const wanted = spans.map(({ label, at, text: said }) => ({ label, start: at, end: at + said.length }));
      return { text, spans: wanted };
    }),
  );
  const config = `dataset: { input_data_location: names.jsonl, model_input_key: text, target_output_key: to_string(spans) }
models: [{ name: names, runner: local, model_id: ./names }]
algorithms: [{ algorithm: span_accuracy }]
`;
  const spans = await command(['run', 'config.yaml', '-o', 'spans'], config);
  expect(spans.stderr).toBe('');
  expect([...(await scores('spans'))]).toEqual(
    ['exact_spans', 'span_precision', 'span_recall', 'span_f1'].map((score) => [`names ${score}`, 1]),
  );
  await rows('moods.jsonl', [
    { text: 'You are a stupid idiot.', label: 'toxicity' },
    { text: 'You stupid, stupid fool.', label: 'toxicity' },
  ]);
  const moods = `dataset: { input_data_location: moods.jsonl, model_input_key: text, target_output_key: label }
models: [{ name: tox, runner: local, model_id: tox-block-bilstm }]
algorithms: [{ algorithm: classification_accuracy, valid_labels: [toxicity, threat, insult] }]
`;
  expect((await command(['run', 'config.yaml', '-o', 'labels'], moods)).code).toBe(0);
  const manifest = await readFile(join(folder, 'labels', 'manifest.json'), 'utf8');
  expect(manifest).toContain('a classifier: its answer is its likeliest label');
  expect((await scores('labels')).get('tox classification_accuracy_score')).toBe(1);
});

test('answers are looked through by a classifier of tokens that the config names', async () => {
  await cp(FIXTURE, join(folder, 'names'), { recursive: true });
  await rows('answers.jsonl', [
    { question: 'Who?', source: 'Ada wrote.', answer: 'Ada Lovelace wrote to Charles Babbage from London, in 1843!' },
    { question: 'What?', source: 'Nothing.', answer: '' },
  ]);
  const config = `dataset: { input_data_location: answers.jsonl, model_input_key: question, context_key: source, model_output_key: answer }
models: [{ name: given, runner: outputs }]
algorithms:
  - { algorithm: flagged_spans, model: ./names }
  - { algorithm: flagged_spans, name: beside, model: ./names, beside: context }
  - { algorithm: flagged_spans, name: whole, model: tox-block-bilstm }
`;
  const { code } = await command(['run', 'config.yaml', '-o', 'run'], config);
  expect(code).toBe(0);
  const [line] = (await journal('run')).filter(({ sample }) => sample === 0);
  expect(line).toMatchObject({
    outcomes: {
      flagged_spans: { scores: { flagged: 1 } },
      beside: { scores: { flagged: expect.any(Number) } },
      whole: { unscored: 'model_gives_no_spans' },
    },
  });
});

test('check says which questions a model of this kind cannot answer, and a run ends that model by name', async () => {
  await rows('rows.jsonl', [{ a: 'x', b: 'y' }]);
  const config = `dataset: { input_data_location: rows.jsonl, model_input_key: a, target_output_key: b }
${ENCODER}algorithms: [{ algorithm: qa_accuracy }, { algorithm: perplexity }]
`;
  const { code, stdout } = await command(['check', 'config.yaml'], config);
  expect(code).toBe(2);
  expect(stdout).toContain(
    'RUNNER_CAPABILITY config.yaml:2:10  MiniLM is an encoder, which cannot generate text: qa_accuracy needs it',
  );
  expect(stdout).toContain('MiniLM is an encoder, which cannot give log-probabilities: perplexity needs it');
  const run = await command(['run', 'config.yaml', '-o', 'run', '--algorithms', 'qa_accuracy'], config);
  expect(run.code).not.toBe(0);
  expect(run.stderr).toMatch(/RUNNER_CAPABILITY.*cannot generate text/);
});
