import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Something that a newcomer gets wrong, and what a good answer to it says. */
export interface Mistake {
  readonly name: string;
  /** Files of the project that are other than they should be, by name. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Texts of the good config that are replaced. */
  readonly config?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default 2 */
  readonly code?: number;
  /** Names what is wrong. */
  readonly says: RegExp;
  /** Where it stands; undefined where there is no place to name. */
  readonly at?: RegExp;
  /** What to do instead. */
  readonly cure?: RegExp;
}

export const GOOD_CONFIG = `dataset:
  input_data_location: data.csv
  model_input_key: question
  target_output_key: answer
models:
  - name: m
    scripted: { answers: answers.jsonl }
    evaluation_config:
      prompt_template: "Q: $model_input"
algorithms:
  - algorithm: qa_accuracy
`;

const METRIC = (score: string): string => `export default {
  name: 'own', summary: '', needs: () => ['target_output'],
  scores: () => ({ s: { range: [0, 1], better: 'higher', kind: 'bounded', summary: 's' } }),
  score: () => ${score}, signature: () => 'own|v1',
};
`;
const OWN = '- algorithm: own\n    module: own.js';

const STRIPS_TYPES = (process.features as { readonly typescript?: string | false }).typescript !== undefined;
const CONFIG_AT = /evaluation_config\.yaml:\d+:\d+/;

/** Most as the reference met them; those that it graded D or F stand first. */
export const MISTAKES: readonly Mistake[] = [
  {
    name: 'semicolons between the fields',
    files: { 'data.csv': 'question;answer\nA?;Paris\n' },
    code: 0,
    says: /m: 1 scored/,
  },
  {
    name: 'tabs between the fields',
    files: { 'data.csv': 'question\tanswer\nA?\tParis\n' },
    code: 0,
    says: /m: 1 scored/,
  },
  {
    name: 'Latin-1',
    files: { 'data.csv': Buffer.from('question,answer\nWo liegt Köln?,Paris\n', 'latin1') },
    code: 0,
    says: /m: 1 scored/,
    at: /data\.csv: not UTF-8, read as windows-1252/,
    cure: /dataset\.encoding/,
  },
  {
    name: 'an encoding that cannot be told',
    files: { 'data.csv': Buffer.from([0xca, 0xe0, 0xea, 0x2c, 0x61, 0x0a, 0x61, 0x2c, 0x62, 0x0a]) },
    says: /DATASET_ENCODING/,
    at: /data\.csv:1/,
    cure: /dataset\.encoding/,
  },
  {
    name: 'a spreadsheet',
    files: { 'data.xlsx': 'PK' },
    config: { 'data.csv': 'data.xlsx' },
    says: /spreadsheet/,
    at: CONFIG_AT,
    cure: /CSV UTF-8/,
  },
  {
    name: 'a blank question',
    files: { 'data.csv': 'question,answer\nA?,Paris\n ,Rome\n' },
    code: 0,
    says: /1 empty_input/,
  },
  {
    name: 'a placeholder of another tool',
    config: { 'Q: $model_input': '{{question}}' },
    says: /another tool/,
    at: CONFIG_AT,
    cure: /\$\{question\}/,
  },
  {
    name: 'no placeholder',
    config: { 'Q: $model_input': 'Answer.' },
    says: /every sample would be asked the same/,
    at: CONFIG_AT,
    cure: /\$model_input/,
  },
  {
    name: 'a misspelt placeholder',
    config: { $model_input: '$model_inptu' },
    says: /"model_inptu"/,
    at: CONFIG_AT,
    cure: /\$model_input/,
  },
  {
    name: 'a refused endpoint',
    config: { 'scripted: { answers: answers.jsonl }': 'openai: { base_url: "http://127.0.0.1:1/v1", model: x }' },
    code: 3,
    says: /m waits: nobody answers[\s\S]*RUNNER_CIRCUIT_OPEN/,
    cure: /Is the server running/,
  },
  {
    name: 'a metric that throws',
    files: {
      'own.js': METRIC("{ throw new Error('oh no'); }").replace('score: () => { throw', 'score: () => { throw'),
    },
    config: { '- algorithm: qa_accuracy': OWN },
    args: ['--allow-code'],
    code: 3,
    says: /scoring_failed: oh no/,
    at: /row 1/,
  },
  {
    name: 'a metric in TypeScript',
    files: { 'own.ts': `interface Given { readonly x: number }\n${METRIC('({ scores: { s: 1 } })')}` },
    config: { '- algorithm: qa_accuracy': OWN.replace('own.js', 'own.ts') },
    args: ['--allow-code'],
    // Node 20 strips no types, and nothing here has esbuild.
    env: { NODE_PATH: '' },
    ...(STRIPS_TYPES
      ? { code: 0, says: /m: 1 scored/ }
      : { says: /does not run TypeScript/, at: CONFIG_AT, cure: /add esbuild/ }),
  },
  {
    name: 'a misspelt model',
    config: { 'scripted: { answers: answers.jsonl }': 'local: { model: SmolLM2-135M-Instrct }' },
    says: /^(?!(?:[\s\S]*MODEL_NOT_FOUND){2})[\s\S]*MODEL_NOT_FOUND/,
    at: CONFIG_AT,
    cure: /"SmolLM2-135M-Instruct"/,
  },
  {
    name: 'true as a score',
    files: { 'own.js': METRIC('({ scores: { s: true } })') },
    config: { '- algorithm: qa_accuracy': OWN },
    args: ['--allow-code'],
    code: 3,
    says: /score_invalid: .*true/,
    at: /row 1/,
  },
  {
    name: 'code without leave',
    files: { 'own.js': METRIC('({})') },
    config: { '- algorithm: qa_accuracy': OWN },
    says: /CODE_NOT_ALLOWED/,
    at: CONFIG_AT,
    cure: /--allow-code/,
  },
  {
    name: 'a metric that is not there',
    config: { '- algorithm: qa_accuracy': OWN },
    args: ['--allow-code'],
    says: /cannot read the module own\.js/,
    at: CONFIG_AT,
  },
  {
    name: 'check on data that is not there',
    args: ['check'],
    config: { 'data.csv': 'date.csv' },
    says: /no dataset "date\.csv"/,
    at: CONFIG_AT,
    cure: /data\.csv/,
  },
  {
    name: 'check on a column that is not there',
    args: ['check'],
    config: { 'key: answer': 'key: anser' },
    says: /"anser"/,
    at: CONFIG_AT,
    cure: /"answer"/,
  },
  {
    name: 'check on a model that is not there',
    args: ['check'],
    config: { 'scripted: { answers: answers.jsonl }': 'local: { model: SmolLM9 }' },
    says: /"SmolLM9"/,
    at: CONFIG_AT,
    cure: /SmolLM2/,
  },
  {
    name: 'check on a gate’s score',
    args: ['check'],
    config: { '- algorithm: qa_accuracy': '- algorithm: qa_accuracy\ngates: [qa_accuracy.f2 >= 0.5]' },
    says: /qa_accuracy\.f2/,
    at: CONFIG_AT,
    cure: /f1_score/,
  },
  {
    name: 'another folder of models',
    env: { ASSAY_MODELS_DIR: 'nowhere' },
    config: { 'scripted: { answers: answers.jsonl }': 'local: { model: SmolLM2-135M-Instruct }' },
    says: /MODEL_NOT_FOUND/,
    cure: /hint: .*(folder|pull|install)/,
  },
  {
    name: 'a folder as the page',
    args: ['report', 'out', '-o', '.'],
    says: /is a folder|RUN_|USAGE|EISDIR/i,
    cure: /hint/,
  },
  {
    name: 'no config here',
    args: ['run', 'nowhere.yaml'],
    says: /cannot read the config file nowhere\.yaml/,
    cure: /assay init/,
  },
  {
    name: 'a misspelt key',
    config: { prompt_template: 'promt_template' },
    says: /"promt_template"/,
    at: CONFIG_AT,
    cure: /prompt_template/,
  },
  {
    name: 'a key that stands twice',
    config: { '  model_input_key: question': '  model_input_key: question\n  model_input_key: answer' },
    says: /"model_input_key" stands twice/,
    at: CONFIG_AT,
  },
  {
    name: 'an unknown algorithm',
    config: { qa_accuracy: 'qa_acuracy' },
    says: /"qa_acuracy"/,
    at: CONFIG_AT,
    cure: /qa_accuracy/,
  },
  {
    name: 'an option that is none',
    config: { '- algorithm: qa_accuracy': '- algorithm: qa_accuracy\n    delimiter: x' },
    says: /"delimiter"/,
    at: CONFIG_AT,
    cure: /target_output_delimiter/,
  },
  {
    name: 'a model without a runner',
    config: { '    scripted: { answers: answers.jsonl }\n': '' },
    says: /nothing says what runs/,
    at: CONFIG_AT,
    cure: /runner: local/,
  },
  {
    name: 'two models of one name',
    config: { 'models:': 'models:\n  - { name: m, scripted: { answers: answers.jsonl } }' },
    says: /both named "m"/,
    at: CONFIG_AT,
    cure: /its own/,
  },
  {
    name: 'answers that are not there',
    config: { 'answers.jsonl': 'answer.jsonl' },
    says: /answer\.jsonl/,
    cure: /hint/,
  },
  { name: 'an empty file', files: { 'data.csv': '' }, says: /DATASET_EMPTY/, at: CONFIG_AT },
  {
    name: 'broken JSON lines',
    files: { 'data.jsonl': '{"question": \n' },
    config: { 'data.csv': 'data.jsonl' },
    says: /not valid JSON/,
    at: /data\.jsonl:1/,
  },
  {
    name: 'JSON lines called JSON',
    files: { 'data.json': '{"question":"a"}\n{"question":"b"}\n' },
    config: { 'data.csv': 'data.json' },
    says: /not valid JSON/,
    at: /data\.json:2/,
    cure: /jsonlines/,
  },
  {
    name: 'a file without an ending',
    files: { data: 'question,answer\na,b\n' },
    config: { 'data.csv': 'data' },
    says: /does not tell its format/,
    at: CONFIG_AT,
    cure: /dataset_mime_type/,
  },
  { name: 'an unknown flag', args: ['run', '--limt', '2'], says: /unknown option '--limt'/, cure: /--limit/ },
  { name: 'a limit that is none', args: ['run', '--limit', 'two'], says: /--limit is "two"/, cure: /Write/ },
  {
    name: 'an algorithm that the config has not',
    args: ['run', '--algorithms', 'qa_acc'],
    says: /no algorithm "qa_acc"/,
    cure: /qa_accuracy/,
  },
  {
    name: 'an unknown gate',
    args: ['run', '--fail-on', 'qa_accuracy.f3 >= 0.2'],
    says: /qa_accuracy\.f3/,
    cure: /f1_score/,
  },
  { name: 'a gate that cannot be read', args: ['run', '--fail-on', 'f1 better'], says: /f1 better/, cure: /hint/ },
  { name: 'a run that is not there', args: ['compare', 'a', 'b'], says: /RUN_NOT_FOUND/, cure: /assay runs list/ },
  { name: 'latest without a run', args: ['runs', 'show'], says: /RUN_NOT_FOUND/, cure: /assay runs list/ },
  {
    name: 'init for a column that is not there',
    args: ['init', 'new', '--data', 'data.csv', '--model-input-key', 'qestion'],
    says: /"qestion"/,
    cure: /"question"/,
  },
  {
    name: 'score for a column that is not there',
    args: ['score', 'data.csv', '--algorithms', 'qa_accuracy', '--model-output-key', 'answr'],
    says: /"answr"/,
    at: /--model-output-key/,
    cure: /"answer"/,
  },
  { name: 'a bucket as the output', args: ['run', '-o', 's3://bucket/run'], says: /s3:/, cure: /hint/ },
  {
    name: 'a variable that is not set',
    config: {
      'scripted: { answers: answers.jsonl }':
        'openai: { base_url: "http://127.0.0.1:1/v1", model: x, api_key_env: NO_KEY }',
    },
    args: ['--allow-env', 'NO_KEY'],
    says: /NO_KEY/,
    cure: /export NO_KEY/,
  },
  {
    name: 'a variable without leave',
    config: {
      'scripted: { answers: answers.jsonl }':
        'openai: { base_url: "http://127.0.0.1:1/v1", model: x, api_key_env: NO_KEY }',
    },
    says: /NO_KEY goes to 127\.0\.0\.1:1/,
    at: CONFIG_AT,
    cure: /--allow-env NO_KEY/,
  },
];

/** The project of a mistake, all else of it in order. */
export async function writeMistake(folder: string, { files = {}, config = {} }: Mistake): Promise<void> {
  let text = GOOD_CONFIG;
  for (const [from, to] of Object.entries(config)) {
    if (!text.includes(from)) throw new Error(`the good config has no ${from}`);
    text = text.replace(from, () => to);
  }
  const all = {
    'data.csv': 'question,answer\nCapital of France?,Paris\n',
    'answers.jsonl': '{"index":0,"text":"Paris"}\n{"index":1,"text":"Rome"}\n',
    'evaluation_config.yaml': text,
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}
