import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { importLmEval } from './import-lm-eval.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/lm-eval/', import.meta.url));

/** Imports the task.yaml among these files from their folder. */
async function importFiles(files: Readonly<Record<string, string>>, shots?: number): Promise<ImportedEvaluation[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return importLmEval(['task.yaml'], { cwd: folder, shots });
}

const DATA = { 'rows.jsonl': '{"q": "one", "a": "1", "label": 0}\n{"q": "two", "a": "2", "label": 5}\n' };
const HEAD = `task: made_up
dataset_path: json
dataset_kwargs: { data_files: { test: rows.jsonl } }
test_split: test
`;

const told = (evaluations: readonly ImportedEvaluation[]) =>
  evaluations.flatMap(({ findings }) =>
    findings.map(({ severity, at, message }) => `${severity} ${at.file}:${at.line}:${at.column} ${message}`),
  );

test('a function that is not there is refused with its name and the line it stands in', async () => {
  const [evaluation] = await importLmEval([join(FIXTURES, 'tasks/winogrande.yaml')], { checksOnly: true });
  expect(evaluation!.config).toBeUndefined();
  expect(evaluation!.findings).toContainEqual({
    severity: 'error',
    code: 'IMPORT_UNSUPPORTED',
    message: '!function preprocess_winogrande.doc_to_text cannot be carried over: the module preprocess_winogrande',
    at: expect.objectContaining({ line: 7, column: 1 }),
  });
});

test('functions beside the task make rows, prompts, choices and targets; those that do more are refused', async () => {
  const files = {
    ...DATA,
    'task.yaml': `${HEAD}output_type: multiple_choice
process_docs: !function utils.process_docs
doc_to_text: !function utils.text
doc_to_choice: !function utils.choices
doc_to_target: !function utils.target
metric_list: [{ metric: acc }]
`,
    'utils.py': `import re, socket
from functools import partial
MARK = {1: "one"}
def process_docs(dataset):
    return dataset.filter(lambda doc: doc["a"] != "").map(lambda doc: {"b": re.sub("x+", "", doc["q"]) + MARK[1]})
def _text(doc, end):
    return f"Q: {doc['b']}{end}"
text = partial(_text, end="\\nA:")
choices = lambda doc: [doc["a"], "no"]
def target(doc):
    return 0
def reach(doc):
    return socket.gethostname()
`,
  };
  const [evaluation] = await importFiles(files);
  expect(evaluation!.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(evaluation!.rows[0]).toEqual({ model_input: 'Q: oneone\nA:', choices: ['1', 'no'], answer_index: 0 });

  const reaching = { ...files, 'task.yaml': files['task.yaml'].replace('utils.target', 'utils.reach') };
  expect(told(await importFiles(reaching))).toEqual([
    'error task.yaml:9:1 row 1 of "test": !function utils.reach cannot be carried over: socket: the module socket',
  ]);
});

test('files are read within the folder of the task, and nowhere else', async () => {
  const files = {
    ...DATA,
    'task.yaml': `${HEAD}output_type: multiple_choice
doc_to_text: !function utils.text
doc_to_choice: ["1", "2"]
doc_to_target: label
metric_list: [{ metric: acc }]
`,
    'words.json': '["why"]',
    'utils.py': `import json
from pathlib import Path
HERE = Path(__file__).resolve().parent
with (HERE / "words.json").open(encoding="utf-8") as f:
    WORDS = json.load(f)
def text(doc):
    return WORDS[0]
`,
  };
  const [evaluation] = await importFiles(files);
  expect(evaluation!.rows[0]).toMatchObject({ model_input: 'why' });
  for (const path of ['HERE.parent / "words.json"', 'Path("/etc/hostname")', 'HERE / "../../etc/passwd"']) {
    const reaching = { ...files, 'utils.py': files['utils.py'].replace('HERE / "words.json"', path) };
    expect(told(await importFiles(reaching)).at(-1)).toMatch(/outside the folder of the tasks|which is not there/);
  }
});

test('code in an included file is refused at its place there', async () => {
  const files = {
    ...DATA,
    'task.yaml': 'include: base_yaml\ntask: x\n',
    base_yaml: `${HEAD}process_docs: !function utils.f\n`,
  };
  expect(told(await importFiles(files))).toEqual([
    'error base_yaml:5:1 !function utils.f cannot be carried over: the module utils',
  ]);
});

test('metrics, options and filters that cannot be carried over are named, and the rest is imported', async () => {
  const evaluations = await importFiles({
    ...DATA,
    'task.yaml': `${HEAD}doc_to_text: q
doc_to_target: a
generation_kwargs: { until: "\\n", num_beams: 4 }
odd_key: 1
metric_list:
  - metric: exact_match
    strange: true
  - metric: !function utils.rouge
  - metric: f1
  - metric: bleu
    aggregation: median
filter_list:
  - name: kept
    filter: [{ function: lowercase }, { function: take_first }]
  - name: votes
    filter: [{ function: majority_vote }]
  - name: looks
    filter:
      - function: regex
        regex_pattern: "(?<=a)b"
  - name: again
    filter:
      - function: regex
        regex_pattern: "(a)\\\\1"
`,
  });
  expect(told(evaluations)).toEqual([
    'warning task.yaml:8:1 "odd_key" is not known and left out',
    'warning task.yaml:11:5 strange of the metric exact_match is not carried over',
    'warning task.yaml:12:5 a metric is Python code (!function utils.rouge), which is never run here',
    'warning task.yaml:13:5 the metric f1 of generate_until is not carried over',
    'warning task.yaml:15:5 bleu is not carried over: it is added up by median, not by bleu',
    expect.stringContaining(
      'warning task.yaml:20:14 the filter "votes" is not carried over, for its step majority_vote',
    ),
    expect.stringContaining('warning task.yaml:27:9 the filter "again" is not carried over, for its step regex'),
    'warning task.yaml:7:35 generation_kwargs.num_beams is not carried over',
  ]);
  expect(evaluations[0]!.config!.algorithms).toEqual([
    { algorithm: 'exact_match', name: 'kept', target_output_delimiter: null, filters: [{ function: 'lowercase' }] },
    {
      ...{ algorithm: 'exact_match', name: 'looks', target_output_delimiter: null },
      filters: [{ function: 'regex', regex_pattern: '(?<=a)b' }],
    },
  ]);
});

test('a filter that looks for choices has them beside each row', async () => {
  const task = (choices: string) => ({
    'rows.jsonl': `{"q": "why", "a": "(A)", "choices": ${choices}}\n`,
    'task.yaml': `${HEAD}doc_to_text: q
doc_to_target: a
filter_list:
  - name: letters
    filter: [{ function: multi_choice_regex, ignore_case: true }]
`,
  });
  const [evaluation] = await importFiles(task('["so", "not"]'));
  expect(evaluation!.rows[0]).toMatchObject({ choices: ['so', 'not'] });
  expect(evaluation!.config!.dataset).toMatchObject({ choices_key: 'choices' });
  expect(told(await importFiles(task('"so"'))).at(-1)).toMatch(/multi_choice_regex needs a list of texts in "choices"/);
});

test('a position as the text makes inputs of the choices, with examples that show the right one', async () => {
  const files = {
    'rows.jsonl': [
      '{"s": "Ann thanked Bea as _ had helped.", "o": ["Ann", "Bea"], "n": 1}',
      '{"s": "Tom saw Bob when _ ran.", "o": ["Tom", "Bob"], "n": 0}',
    ].join('\n'),
    'task.yaml': `${HEAD}output_type: multiple_choice
doc_to_text: "{{n}}"
doc_to_target: "{{s.split('_')[1].strip()}}"
doc_to_choice: "{{[s.split('_')[0] + o[0], s.split('_')[0] + o[1]]}}"
description: "Who?\\n"
metric_list: [{ metric: acc }]
`,
  };
  const [evaluation] = await importFiles(files, 1);
  expect(told([evaluation!])).toEqual([]);
  expect(evaluation!.rows[0]).toEqual({
    model_input: 'Who?\nTom saw Bob when Tom ran.\n\nAnn thanked Bea as Ann',
    choices: ['Ann thanked Bea as Ann', 'Ann thanked Bea as Bea'],
    answer_index: 1,
    target_output: 'had helped.',
  });
  expect(evaluation!.config!.algorithms).toEqual([
    { algorithm: 'multiple_choice', compat: 'lm-eval', separator: ' ', choices_are: 'inputs' },
  ]);
  expect(evaluation!.config!.dataset).toMatchObject({ target_output_key: 'target_output' });
});

test('a task whose every metric is left out is an error, not an empty evaluation', async () => {
  const evaluations = await importFiles({
    ...DATA,
    'task.yaml': `${HEAD}doc_to_text: q\ndoc_to_target: a\nmetric_list: [{ metric: rouge }]\n`,
  });
  expect(evaluations[0]!.config).toBeUndefined();
  expect(told(evaluations)).toContain('error task.yaml:7:1 none of the task’s metrics can be carried over');
});

test('a row that lacks what a template names is an error at the template', async () => {
  const evaluations = await importFiles({
    ...DATA,
    'task.yaml': `${HEAD}doc_to_text: "{{question}}"\ndoc_to_target: a\n`,
  });
  expect(told(evaluations)).toEqual([
    'error task.yaml:5:1 row 1 of "test": the template "{{question}}" fails: it names something that the row does not have',
  ]);
});

test('a label that is no choice is said, and stays in the denominator', async () => {
  const task = `${HEAD}output_type: multiple_choice\ndoc_to_text: q\ndoc_to_target: label\ndoc_to_choice: ["a", "b"]\n`;
  const [evaluation] = await importFiles({ ...DATA, 'task.yaml': task });
  expect(told([evaluation!])).toEqual([expect.stringMatching(/^note task.yaml:7:1 1 of 2 rows have a label/)]);
  expect(evaluation!.rows.map((row) => row.answer_index)).toEqual([0, -1]);
});

test('data that is not here is asked for by split', async () => {
  const [evaluation] = await importLmEval([join(FIXTURES, 'tasks/piqa.yaml')]);
  expect(evaluation!.findings.at(-1)).toMatchObject({
    severity: 'error',
    code: 'DATASET_NOT_FOUND',
    message: 'the split "validation" of this task is not on this machine',
    hint: expect.stringContaining('--data validation='),
    at: { line: 2 },
  });
});

test('data beside the task is found from any folder, and a truth value is a text where there are no choices', async () => {
  const rows = { 'sub/rows.jsonl': '{"q": "one", "a": true}\n{"q": "two", "a": false}\n' };
  const files = {
    ...rows,
    'task.yaml': 'group: g\ntask: [one]\n',
    'sub/one.yaml': `${HEAD.replace('made_up', 'one')}doc_to_text: q\ndoc_to_target: a\n`,
  };
  const [evaluation] = await importFiles(files);
  expect(evaluation!.rows).toEqual([
    { model_input: 'one', target_output: 'True' },
    { model_input: 'two', target_output: 'False' },
  ]);
});

test('a group becomes one evaluation for each of its tasks', async () => {
  const task = (name: string) => `${HEAD.replace('made_up', name)}tag: both\ndoc_to_text: q\ndoc_to_target: a\n`;
  const evaluations = await importFiles({
    ...DATA,
    'task.yaml':
      'group: g\ntask:\n  - one\n  - { task: two, target_delimiter: ":" }\naggregate_metric_list: [{ metric: acc }]\n',
    'sub/one.yaml': task('one'),
    'sub/two.yaml': task('two'),
  });
  expect(evaluations.map(({ name, config }) => [name, config !== undefined])).toEqual([
    ['task.yaml', false],
    ['one', true],
    ['two', true],
  ]);
  expect(told(evaluations.slice(0, 1))).toEqual([expect.stringContaining('aggregate_metric_list is not carried over')]);
});

test('a group that names a task which is not there says where', async () => {
  const evaluations = await importFiles({ 'task.yaml': 'group: g\ntask:\n  - nowhere\n' });
  expect(told(evaluations)).toEqual([
    'error task.yaml:3:5 task.yaml names the task "nowhere", which no file beside it has',
  ]);
});

test('YAML is read by version 1.1 as lm-evaluation-harness reads it: a bare no is false', async () => {
  const task = `${HEAD}output_type: multiple_choice\ndoc_to_text: q\ndoc_to_target: label\ndoc_to_choice: [no, yes]\n`;
  const evaluations = await importFiles({ ...DATA, 'task.yaml': task });
  expect(told(evaluations)).toEqual([expect.stringContaining('doc_to_choice gives [false,true], not a list of texts')]);
});

test('more examples than there are rows is an error', async () => {
  const evaluations = await importFiles({ ...DATA, 'task.yaml': `${HEAD}doc_to_text: q\ndoc_to_target: a\n` }, 9);
  expect(told(evaluations)).toEqual([expect.stringContaining('9 few-shot examples are wanted, but there are 2')]);
});
