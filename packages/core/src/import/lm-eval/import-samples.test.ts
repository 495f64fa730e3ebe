import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { writeImported } from '../write-imported.ts';
import { importSamples } from './import-samples.ts';

const TIME = '2026-11-30T02-26-54.538349';

type Line = Readonly<Record<string, unknown>>;

interface Logged {
  readonly task?: string;
  readonly config: Line;
  readonly lines: readonly (Line | string)[];
  readonly results?: Line;
}

/** A folder as lm_eval 0.4.13 writes it. */
async function folderOf(...tasks: readonly Logged[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-samples-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const configs: [string, Line][] = [];
  let others: Line = {};
  for (const { task = 'made_up', config, lines, results = {} } of tasks) {
    configs.push([task, config]);
    others = { ...others, ...results };
    const text = lines.map((each) => (typeof each === 'string' ? each : `${JSON.stringify(each)}\n`)).join('');
    await writeFile(join(folder, `samples_${task}_${TIME}.jsonl`), text);
  }
  const told = { configs: Object.fromEntries(configs), ...others };
  await writeFile(join(folder, `results_${TIME}.json`), JSON.stringify(told));
  return folder;
}

async function imported(...tasks: readonly Logged[]): Promise<ImportedEvaluation> {
  const [evaluation] = await importSamples(await folderOf(...tasks), { model: 'm' });
  return evaluation!;
}

const told = ({ findings }: ImportedEvaluation) =>
  findings.map(({ severity, code, message, at }) => `${severity} ${code} ${at.line ?? '-'} ${message}`);

const choice = (id: number, asked: string, choices: readonly string[], sums: readonly number[], rest: Line): Line => ({
  doc_id: id,
  doc: {},
  arguments: Object.fromEntries(choices.map((each, i) => [`gen_args_${i}`, { arg_0: asked, arg_1: ` ${each}` }])),
  resps: sums.map((sum) => [[String(sum), 'False']]),
  filter: 'none',
  metrics: ['acc'],
  ...rest,
});
const CHOICE = { output_type: 'multiple_choice', metric_list: [{ metric: 'acc' }], target_delimiter: ' ' };

const answered = (id: number, answer: string, filter: string, rest: Line): Line => ({
  doc_id: id,
  doc: {},
  arguments: { gen_args_0: { arg_0: `Question ${id}`, arg_1: { until: ['\n'], max_gen_toks: 9 } } },
  resps: [[answer]],
  filter,
  metrics: ['exact_match'],
  ...rest,
});
const GENERATE = { output_type: 'generate_until', metric_list: [{ metric: 'exact_match' }] };

test('logged choices become rows with their choices and the right one', async () => {
  const lines = [
    choice(1, 'Two? ', ['yes', 'no'], [-3, -1], { target: '1', acc: 1 }),
    choice(0, 'One?', ['yes', 'no'], [-3, -1], { target: '0', acc: 0 }),
  ];
  const evaluation = await imported({ config: CHOICE, lines });
  expect(told(evaluation)).toEqual([]);
  expect(evaluation.rows).toEqual([
    { model_input: 'One?', choices: ['yes', 'no'], answer_index: 0 },
    { model_input: 'Two? ', choices: ['yes', 'no'], answer_index: 1 },
  ]);
  expect(evaluation.config).toMatchObject({
    algorithms: [{ algorithm: 'multiple_choice', compat: 'lm-eval', separator: ' ' }],
    imported_from: { tool: 'lm-eval', scores: { 'made_up.acc': 'multiple_choice.acc' } },
  });
});

test('a logged target is read in the way that gives the logged scores: 2 is a position, or the choice 2', async () => {
  const of = (acc: number) => choice(0, 'How many?', ['1', '2', '3'], [-3, -1, -2], { target: '2', acc });
  const [position, label] = await Promise.all([0, 1].map((acc) => imported({ config: CHOICE, lines: [of(acc)] })));
  expect([position!.rows[0]!.answer_index, label!.rows[0]!.answer_index]).toEqual([2, 1]);
});

test('generated answers keep settings, filters and several targets, as they were asked', async () => {
  const filters = [
    { name: 'first', filter: [{ function: 'regex', regex_pattern: '(\\d+)' }, { function: 'take_first' }] },
    { name: 'none', filter: [{ function: 'take_first' }] },
  ];
  const lines = [
    answered(0, 'It is 7, or 8', 'first', { target: "['seven', '7']", exact_match: 1.0 }),
    answered(0, 'It is 7, or 8', 'none', { target: "['seven', '7']", exact_match: 0.0 }),
  ];
  const evaluation = await imported({ config: { ...GENERATE, filter_list: filters }, lines });
  expect(told(evaluation)).toEqual([]);
  expect(evaluation.rows).toEqual([{ model_input: 'Question 0', target_output: 'seven<OR>7' }]);
  expect(evaluation.config).toMatchObject({
    models: [{ evaluation_config: { inference_parameters: { max_new_tokens: 9, stop: ['\n'], temperature: 0 } } }],
    algorithms: [
      { name: 'first', filters: [{ function: 'regex' }], target_output_delimiter: '<OR>' },
      { name: 'none', target_output_delimiter: '<OR>' },
    ],
  });
});

test('choices that a filter looks for in an answer come from the document', async () => {
  const filter = [{ function: 'multi_choice_regex', regex_pattern: '\\(([A-Z])\\)' }, { function: 'take_first' }];
  const doc = { choices: ['red', 'blue'] };
  const line = answered(0, 'It is blue', 'letter', { doc, target: '(B)', exact_match: 1 });
  const evaluation = await imported({
    config: { ...GENERATE, filter_list: [{ name: 'letter', filter }] },
    lines: [line],
  });
  expect(told(evaluation)).toEqual([]);
  expect(evaluation.rows).toEqual([{ model_input: 'Question 0', target_output: '(B)', choices: ['red', 'blue'] }]);
});

test('a text that looks like a list is one text where the scores say so', async () => {
  const line = answered(0, '[1, 2]', 'none', { target: '[1, 2]', exact_match: 1 });
  expect((await imported({ config: GENERATE, lines: [line] })).rows).toEqual([
    { model_input: 'Question 0', target_output: '[1, 2]' },
  ]);
});

test('inputs that are choices keep what comes before them; of two the score tells the right one', async () => {
  const line = (id: number, acc: number): Line => ({
    doc_id: id,
    doc: {},
    target: 'was tall.',
    arguments: {
      gen_args_0: { arg_0: 'Because Ann', arg_1: ' was tall.' },
      gen_args_1: { arg_0: 'Because Amy', arg_1: ' was tall.' },
    },
    resps: [[['-1', 'False']], [['-2', 'False']]],
    filter: 'none',
    metrics: ['acc'],
    acc,
  });
  const config = { ...CHOICE, doc_to_text: 'def doc_to_text(doc):\n    return 0\n' };
  const evaluation = await imported({ config, lines: [line(0, 1), line(1, 0)] });
  expect(told(evaluation)).toEqual([]);
  const row = { model_input: 'Because Ann', choices: ['nn', 'my'], target_output: 'was tall.' };
  expect(evaluation.rows).toEqual([
    { ...row, answer_index: 0 },
    { ...row, answer_index: 1 },
  ]);
  expect(evaluation.config).toMatchObject({ algorithms: [{ choices_are: 'inputs' }] });
});

test('samples of versions before 0.4.3 are read: one list, requests as lists, filters by their order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-samples-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const filters = ['strict', 'none'].map((name) => ({
    name,
    filter: [{ function: name === 'strict' ? 'regex' : 'take_first' }],
  }));
  const config = { ...GENERATE, filter_list: filters };
  const sample = { doc_id: 0, doc: { q: 1 }, arguments: [['Ask', { until: ['.'] }]], resps: [['#### 5']], target: 5 };
  const logged = [
    { ...sample, filtered_resps: ['5'], exact_match: 1 },
    { ...sample, filtered_resps: ['#### 5'], exact_match: 0 },
  ];
  await writeFile(join(folder, 'results.json'), JSON.stringify({ configs: { gsm8k: config, other_gsm8k: config } }));
  await writeFile(join(folder, 'pretrained__m_gsm8k.jsonl'), JSON.stringify(logged, null, 2));
  const [evaluation] = await importSamples(folder, { model: 'm' });
  expect([evaluation!.name, told(evaluation!)]).toEqual(['gsm8k', []]);
  expect(evaluation!.rows).toEqual([{ model_input: 'Ask', target_output: '5' }]);
  expect(evaluation!.config).toMatchObject({ algorithms: [{ name: 'strict' }, { name: 'none' }] });
});

test('texts and continuations by themselves are rows; a metric in Python is told by its name', async () => {
  const scored = { filter: 'none', metrics: [] };
  const rolling = await imported({
    config: { output_type: 'loglikelihood_rolling', metric_list: [{ metric: 'bits_per_byte' }] },
    lines: [
      { doc_id: 0, arguments: { gen_args_0: { arg_0: 'A text' } }, resps: [['-9.5']], target: 'A text', ...scored },
    ],
  });
  expect(rolling.rows).toEqual([{ model_input: 'A text' }]);
  const metrics = [{ metric: 'acc' }, { metric: 'def odd(items):\n    return 1\n' }];
  const last = await imported({
    config: { output_type: 'loglikelihood', metric_list: metrics },
    lines: [{ doc_id: 0, arguments: [['A', ' b']], resps: [[[-9.5, true]]], target: ' b', acc: 1, filter: 'none' }],
  });
  expect(last.rows).toEqual([{ model_input: 'A', target_output: ' b' }]);
  expect(told(last)).toEqual([expect.stringContaining('a metric is Python code (!function odd)')]);
});

test('a conversation stays one; prompts in the chat template of a model are told', async () => {
  const messages = JSON.stringify([{ role: 'user', content: 'Hi' }]);
  const chat = answered(0, 'x', 'none', { target: 'x', exact_match: 1 });
  const asked = { ...chat, arguments: { gen_args_0: { arg_0: [messages], arg_1: {} } } };
  const results = { chat_template: '{{ messages }}' };
  const conversation = await imported({ config: GENERATE, lines: [asked], results });
  expect([told(conversation), conversation.config!.prompt]).toEqual([[], { template: '$model_input', chat: 'json' }]);
  const templated = await imported({ config: GENERATE, lines: [chat], results });
  expect(told(templated)).toEqual([expect.stringContaining('in the chat template of the model that was asked')]);
});

const TWO = [
  choice(0, 'One?', ['a', 'b'], [-1, -2], { target: '0', acc: 1 }),
  choice(1, 'Two?', ['a', 'b'], [-1, -2], { target: '0', acc: 1 }),
];
const other = (change: Line): Line => ({ ...TWO[1]!, ...change });

test.each<[string, Partial<Logged>, string]>([
  ['a cut line', { lines: [TWO[0]!, JSON.stringify(TWO[1]).slice(0, 90)] }, 'DATASET_SYNTAX 2 '],
  [
    'a file that lacks its end',
    { lines: TWO, results: { 'n-samples': { made_up: { original: 9, effective: 3 } } } },
    'IMPORT_UNSUPPORTED - the file holds 2 of the 3 documents that were asked: it is cut',
  ],
  ['two tasks in one file', { lines: [TWO[0]!, other({ doc_id: 0 })] }, 'document 0 was asked otherwise in line 1'],
  ['two runs in one file', { lines: [TWO[0]!, TWO[0]!] }, 'document 0 is there twice under the filter "none"'],
  [
    'another score',
    { lines: [TWO[0]!, other({ acc: 0 })] },
    '2 document 1: its answer scores 1 by multiple_choice.acc',
  ],
  ['a line of another tool', { lines: ['{"input": "x"}\n'] }, 'this is no sample of lm-evaluation-harness: doc_id'],
  ['no line at all', { lines: [] }, 'DATASET_EMPTY'],
  [
    'another kind of request',
    { lines: [other({ arguments: [['x', {}]] })] },
    'was not asked as a task of multiple_choice',
  ],
  ['pictures', { lines: [other({ arguments: [['x', ' a', { visual: [] }]] })] }, 'asked with pictures or sounds'],
  ['a list of right choices', { lines: [other({ target: '[0, 1]', acc: 1 })] }, 'several right choices'],
  [
    'scoring by Python',
    { config: { ...CHOICE, process_results: 'def process_results(doc, results):\n    return {}\n' }, lines: TWO },
    'the task scores by Python code (!function process_results)',
  ],
])('%s is told, and nothing is made of it', async (_, logged, message) => {
  const evaluation = await imported({ config: CHOICE, lines: TWO, ...logged });
  expect(told(evaluation).join('\n')).toContain(message);
  expect(evaluation.config).toBeUndefined();
});

test('settings that differ between documents are an error', async () => {
  const first = answered(0, 'x', 'none', { target: 'x', exact_match: 1 });
  const second = { ...first, doc_id: 1, arguments: { gen_args_0: { arg_0: 'Q', arg_1: { until: ['x'] } } } };
  const evaluation = await imported({ config: GENERATE, lines: [first, second] });
  expect(told(evaluation).join()).toContain('2 document 1 was asked with settings of its own');
});

test('a filter that takes too long on an answer ends, and is told', async () => {
  const filter = [{ function: 'regex', regex_pattern: '(?=.*a)(?!a)b' }];
  const config = { ...GENERATE, filter_list: [{ name: 'slow', filter }] };
  const line = answered(0, `${'c'.repeat(6000)}a`, 'slow', { target: 'x', exact_match: 0 });
  expect(told(await imported({ config, lines: [line] })).join()).toContain('scores pattern_too_slow by');
});

test('hostile names and deep targets do no harm', async () => {
  const deep = `${'['.repeat(50_000)}]`;
  const line = answered(0, 'x', '__proto__', { target: deep, metrics: ['__proto__', 'exact_match'], exact_match: 0 });
  const tasks = ['..', '__proto__', '.'].map((task) => ({ task, config: { ...GENERATE, task }, lines: [line] }));
  const folder = await folderOf(...tasks);
  const evaluations = await importSamples(folder, { model: 'm' });
  // No record has a key of that name.
  expect(evaluations.map(told)).toEqual([[], [], [expect.stringContaining('tells of the task __proto__')]]);
  const out = join(folder, 'out');
  await mkdir(out);
  const written = await writeImported(evaluations, out);
  expect(written.map((file) => dirname(dirname(file)))).toEqual([out, out]);
});

test('of several runs the newest samples of each task are taken; without results or samples it says what is wanted', async () => {
  const folder = await folderOf({ config: CHOICE, lines: TWO });
  const older = `samples_made_up_2025-01-01T00-00-00.000000.jsonl`;
  await writeFile(join(folder, older), 'not even JSON');
  const [evaluation] = await importSamples(folder, { model: 'm' });
  expect(told(evaluation!)).toEqual([expect.stringContaining('older samples of the same task are passed over')]);
  await rm(join(folder, `results_${TIME}.json`));
  const [lone] = await importSamples(join(folder, `samples_made_up_${TIME}.jsonl`), { model: 'm' });
  expect(told(lone!)).toEqual([expect.stringContaining('DATASET_NOT_FOUND - no results_*.json beside')]);
  const [none] = await importSamples(join(folder, 'nowhere'), { model: 'm' });
  expect(told(none!)).toEqual([expect.stringContaining('DATASET_NOT_FOUND - there is no')]);
  await writeFile(join(folder, `results_${TIME}.json`), '{"configs": 3}');
  const [bad] = await importSamples(folder, { model: 'm' });
  expect(told(bad!)).toEqual([expect.stringContaining('is no results file of lm-evaluation-harness')]);
});
