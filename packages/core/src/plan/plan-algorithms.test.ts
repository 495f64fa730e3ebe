import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import type { CodeModule } from '../algorithms/load-custom-algorithm.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { type RunResult, runEvaluation } from '../engine/run-evaluation.ts';
import type { JournalRecord } from '../journal/journal-record.ts';
import { readRows } from '../results/read-rows.ts';
import type { SampleRow } from '../results/summary.ts';
import type { Completion, Prompt, Runner, Stream } from '../runner/runner.ts';
import type { OpenHelper } from '../scoring/helper-desk.ts';
import { runFolder } from '../storage/run-folder.ts';
import { type PlanOptions, planRun } from './plan-run.ts';

let folder: string;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-plan-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 12 }, (_, i) => ({
  question: `What is the ${i + 2}th largest city of that beautiful country?`,
  answer: `city ${i}`,
}));

async function dataset(name: string, list: readonly object[]): Promise<string> {
  await writeFile(join(folder, name), list.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return name;
}

/** Answers by the prompt alone, `batch` at a time, last first. */
function echo(batch: number): Runner {
  return {
    version: 2,
    id: 'test:echo',
    async *generate(prompts: Stream<Prompt>) {
      let waiting: Completion[] = [];
      for await (const { id, text } of prompts) {
        waiting.push({ id, ok: true, text: text.split(' ').slice(2, 4).join(' '), finishReason: 'stop', elapsedMs: 1 });
        if (waiting.length < batch) continue;
        yield* waiting.reverse();
        waiting = [];
      }
      yield* waiting.reverse();
    },
  };
}

const noHelper: OpenHelper = async () => {
  throw new Error('there is no helper here');
};

async function run(
  file: string,
  algorithms: string,
  {
    batch = 1,
    to = 'run',
    keys = '',
    ...options
  }: Partial<PlanOptions> & { batch?: number; to?: string; keys?: string } = {},
): Promise<RunResult> {
  const text = `dataset: { input_data_location: ${file}, model_input_key: question, target_output_key: answer, ${keys} }
models: [{ name: m, runner: scripted, scripted: { answers: none.jsonl } }]
algorithms: ${algorithms}
`;
  const loaded = requireValid(parseConfig(text, join(folder, 'config.yaml'), { algorithms: ALGORITHMS }));
  const plan = await planRun(loaded, { openRunner: async () => echo(batch), openHelper: noHelper, ...options });
  return runEvaluation(plan, join(folder, to), {}, never);
}

/** Outputs and outcomes by sample digest, whatever the order. */
async function samplesOf(to: string): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const line of (await readFile(join(folder, to, 'journal.jsonl'), 'utf8')).trimEnd().split('\n')) {
    const record = JSON.parse(line) as JournalRecord;
    if (record.kind === 'sample') found.set(record.digest, { outputs: record.outputs, outcomes: record.outcomes });
  }
  return found;
}

async function rowsOf(to: string): Promise<SampleRow[]> {
  const found: SampleRow[] = [];
  for await (const row of readRows(runFolder(join(folder, to)))) found.push(row);
  return found;
}

const ROBUST = `
  - { algorithm: qa_accuracy, robustness: { perturbation: [keyboard_typos, synonyms], num_perturbations: 3 } }
  - { algorithm: general_semantic_robustness, perturbation_type: whitespace_add_remove, bertscore: false }`;

test('robustness of a sample does not change with limit, order, batch or position in the file', async () => {
  const file = await dataset('rows.jsonl', rows);
  await run(file, ROBUST, { to: 'whole' });
  const whole = await samplesOf('whole');
  expect(whole.size).toBe(12);
  await run(file, ROBUST, { to: 'batched', batch: 7 });
  expect(await samplesOf('batched')).toEqual(whole);
  await run(await dataset('reversed.jsonl', rows.toReversed()), ROBUST, { to: 'reversed', batch: 3 });
  expect(await samplesOf('reversed')).toEqual(whole);
  await run(file, ROBUST, { to: 'limited', limit: { from: 4, to: 7 } });
  const limited = await samplesOf('limited');
  expect(limited.size).toBe(3);
  for (const [digest, sample] of limited) expect(sample).toEqual(whole.get(digest));
  await run(file, ROBUST, { to: 'seeded', seed: 8 });
  expect(await samplesOf('seeded')).not.toEqual(whole);
});

test('the journal keeps the prompt and what was disturbed, beside the answers', async () => {
  const file = await dataset('rows.jsonl', rows.slice(0, 1));
  await run(file, '[{ algorithm: qa_accuracy, robustness: { perturbation: letter_case, num_perturbations: 2 } }]');
  const [view] = await rowsOf('run');
  const { question } = rows[0]!;
  expect(view).toMatchObject({
    input: question,
    prompt: question,
    disturbed: { 'letter_case/0': question.toLowerCase(), 'letter_case/1': question.toLowerCase() },
    variants: { 'letter_case/0': 'the 2th' },
  });
});

test('two algorithms that disturb differently under one key keep both inputs and answers', async () => {
  const file = await dataset('rows.jsonl', rows.slice(0, 1));
  const entry = (name: string, mode: string) =>
    `{ algorithm: qa_accuracy, name: ${name}, robustness: { perturbation: letter_case, mode: ${mode}, num_perturbations: 1 } }`;
  await run(file, `[${entry('low', 'lower')}, ${entry('high', 'upper')}]`);
  const [view] = await rowsOf('run');
  const { question } = rows[0]!;
  expect(view!.disturbed).toEqual({
    'letter_case/0': question.toLowerCase(),
    'high letter_case/0': question.toUpperCase(),
  });
  expect(view!.variants).toEqual({ 'letter_case/0': 'the 2th', 'high letter_case/0': 'THE 2TH' });
});

test('a column that an algorithm needs and the dataset lacks is named before anything runs, with those there are', async () => {
  const file = await dataset('rows.jsonl', rows);
  await expect(run(file, '[{ algorithm: prompt_stereotyping }]')).rejects.toMatchObject({
    code: 'DATASET_KEY_MISSING',
    message: expect.stringContaining('prompt_stereotyping needs sent_more_input'),
    hint: expect.stringContaining('question, answer'),
  });
});

test('a helper that cannot be had fails its algorithm, not the run', async () => {
  const file = await dataset('rows.jsonl', rows);
  const { summary } = await run(file, '[{ algorithm: toxicity }, { algorithm: qa_accuracy }]');
  const toxicity = summary.scores.find(({ score }) => score === 'toxicity')!;
  expect(toxicity).toMatchObject({ n: 0, value: null });
  expect(toxicity.unscored).toEqual({ 'helper_failed(MODEL_LOAD)': 12 });
  expect(summary.scores.find(({ score }) => score === 'f1_score')).toMatchObject({ n: 12 });
  expect(summary.models[0]!.states.scored).toBe(12);
});

test('the helper’s id stands in the signature, and a run with another helper is not continued', async () => {
  const file = await dataset('rows.jsonl', rows);
  const openHelper: OpenHelper = async () => ({
    id: 'local:x@sha256:1',
    answer: async (asks) => asks.map(() => ({ kind: 'classify', labels: { toxicity: 0.2 } })),
    close: async () => {},
  });
  const helpers = { openHelper, describeHelper: async () => 'local:x@sha256:1' };
  const { summary, manifest } = await run(file, '[{ algorithm: toxicity }]', helpers);
  expect(summary.scores[0]!.signature).toMatch(/\|helper:classify=local:x@sha256:1\|interval:[a-z-]+$/);
  expect(summary.scores[0]!.signature).toContain(manifest.algorithms[0]!.signature);
  const again = await run(file, '[{ algorithm: toxicity }]', helpers);
  expect(again.summary.scores).toEqual(summary.scores);
  const changed = { openHelper, describeHelper: async () => 'local:x@sha256:2' };
  await expect(run(file, '[{ algorithm: toxicity }]', changed)).rejects.toMatchObject({
    code: 'RUN_NOT_RESUMABLE',
    message: expect.stringContaining('a helper model changed'),
  });
});

test('an unknown perturbation is refused with its place in the file', async () => {
  const file = await dataset('rows.jsonl', rows);
  await expect(
    run(file, '\n  - algorithm: qa_accuracy\n    robustness: { perturbation: typos }'),
  ).rejects.toMatchObject({ code: 'CONFIG_INVALID', at: { line: 5 } });
});

test('FMEval’s other toxicity classifier is not embedded, and the error says how to name it', async () => {
  const file = await dataset('rows.jsonl', rows);
  await expect(run(file, '\n  - algorithm: toxicity\n    model_type: toxigen')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('ONNX export of tomh/toxigen_roberta in `model`'),
    at: { line: 5 },
  });
});

test.each([
  ['qa_accuracy_semantic_robustness', 'disturbs the input by itself'],
  ['general_semantic_robustness', 'disturbs the input by itself'],
  ['prompt_stereotyping', 'asks nothing about model_input'],
])('robustness around %s is refused', async (name, why) => {
  const file = await dataset('rows.jsonl', rows);
  await expect(run(file, `\n  - algorithm: ${name}\n    robustness: {}`)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(why),
    at: { line: 5 },
  });
});

const MODULE = `export default {
  name: 'shouting',
  needs: () => ['model_input'],
  scores: () => ({ capitals: { range: [0, 1], better: 'lower', kind: 'bounded', summary: 'Share of capitals.' } }),
  score: ({ answers }) => {
    const { text } = answers.get('original');
    return { scores: { capitals: text.replace(/[^A-Z]/g, '').length / text.length } };
  },
  signature: () => 'shouting|v1',
};
`;

test('how long texts of metrics may be together is a key of the config', async () => {
  const checks = [{ type: 'levenshtein', value: 'a text of some words', threshold: 15 }];
  const file = await dataset(
    'rows.jsonl',
    rows.map((row) => ({ ...row, checks })),
  );
  const entries = '[{ algorithm: translation }, { algorithm: assertions, checks_field: checks }]';
  const keys = 'budgets: { text_pairs: 1, edit_pairs: 1, bertscore_pairs: 1 }';
  const { summary } = await run(file, entries, { keys });
  for (const { n, unscored } of summary.scores) expect([n, unscored]).toEqual([0, { too_long: 12 }]);
  const whole = await run(file, entries, { to: 'whole' });
  for (const { n } of whole.summary.scores) expect(n).toBe(12);
});

test('an algorithm of one’s own runs from a module, and only when code is allowed', async () => {
  const file = await dataset('rows.jsonl', rows);
  await writeFile(join(folder, 'shouting.js'), MODULE);
  const entry = '[{ algorithm: shouting, module: ./shouting.js }]';
  await expect(run(file, entry)).rejects.toMatchObject({ code: 'CONFIG_CODE_NOT_ALLOWED', at: { line: 3 } });
  const ran: CodeModule[] = [];
  const { summary } = await run(file, entry, { allowCode: true, onCode: (module) => ran.push(module) });
  expect(ran).toEqual([
    { file: join(folder, 'shouting.js'), sha256: createHash('sha256').update(MODULE).digest('hex') },
  ]);
  expect(summary.scores[0]).toMatchObject({ score: 'capitals', n: 12, value: 0 });
  expect(summary.scores[0]!.signature).toMatch(/^shouting\|v1\|module:sha256:[0-9a-f]{16}\|interval:[a-z-]+$/);
});

test('a module without an algorithm says what it lacks', async () => {
  const file = await dataset('rows.jsonl', rows);
  await writeFile(join(folder, 'empty.js'), 'export default { name: "x" };\n');
  await expect(run(file, '[{ algorithm: x, module: ./empty.js }]', { allowCode: true })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('needs, scores, score, signature'),
  });
});

test('FMEval’s class names run our algorithms', async () => {
  const file = await dataset('rows.jsonl', rows);
  const { summary } = await run(
    file,
    '[{ algorithm: QAAccuracySemanticRobustness, module: fmeval.eval_algorithms.x, num_perturbations: 1 }]',
  );
  expect(summary.scores[0]!.algorithm).toBe('qa_accuracy_semantic_robustness');
  expect(await readFile(join(folder, 'run', 'summary.json'), 'utf8')).toContain('delta_f1_score');
});
