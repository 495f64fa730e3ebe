import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isAssayError } from '../errors/assay-error.ts';
import { loadConfig, parseConfig, requireValid } from './load-config.ts';
import { resolveRunners } from './resolve-runners.ts';

const AWS_SAMPLE = fileURLToPath(new URL('../../fixtures/aws-sample', import.meta.url));
const MINIMAL = `dataset: { input_data_location: data.jsonl }
models:
  - { name: m, runner: local, model_id: SmolLM2-135M-Instruct }
algorithms:
  - algorithm: qa_accuracy
`;
const check = (text: string, options = {}) =>
  parseConfig(text, '/tmp/evaluation_config.yaml', options, 'evaluation_config.yaml');
const lines = (text: string, options = {}): string[] =>
  check(text, options).findings.map(({ code, at, message }) => `${code} ${at.line}:${at.column} ${message}`);

describe('the AWS sample', () => {
  const files = readdirSync(AWS_SAMPLE).filter((name) => name.startsWith('pipeline_'));

  test('has its four evaluation configs here', () => expect(files).toHaveLength(4));

  test.each(files)('%s loads with notes only, and its models mean sagemaker', async (name) => {
    const loaded = await loadConfig(join(AWS_SAMPLE, name));
    expect(loaded.findings.filter((finding) => finding.severity !== 'note')).toEqual([]);
    expect(loaded.findings.map((finding) => finding.code)).toEqual(['CONFIG_IGNORED_KEY', 'CONFIG_IGNORED_KEY']);
    const valid = requireValid(loaded);
    for (const model of resolveRunners(valid)) expect(model.runner).toBe('sagemaker');
    expect(valid.config.algorithms[0]?.options).toEqual({ target_output_delimiter: '<OR>' });
  });

  test('the fine-tuned model keeps its training settings', async () => {
    const { config } = requireValid(await loadConfig(join(AWS_SAMPLE, 'pipeline_scale_hybrid_config.yaml')));
    expect(config.models[2]?.finetuning?.parameters).toMatchObject({
      epoch: 1,
      instruction_tuned: true,
      chat_dataset: false,
    });
    expect(config.models[0]?.evaluation_config?.content_template).toEqual([
      [{ role: 'user', content: 'PROMPT_PLACEHOLDER' }],
    ]);
  });

  test('its config.yaml is recognised as the Python SDK’s defaults file', async () => {
    const loaded = await loadConfig(join(AWS_SAMPLE, 'config.yaml'));
    expect(loaded.config).toBeUndefined();
    expect(loaded.findings).toMatchObject([
      {
        severity: 'note',
        code: 'CONFIG_OTHER_FILE',
        at: { line: 2 },
        message: expect.stringContaining('defaults file'),
      },
    ]);
    expect(() => requireValid(loaded)).toThrow('nothing to evaluate');
  });
});

test('a small config is filled with defaults', () => {
  const { config } = requireValid(check(MINIMAL));
  expect(config).toMatchObject({ strict: false, seed: 0, repeat: { times: 1, reducer: 'mean' } });
});

test('several errors come at once, each with line, column and a suggestion', () => {
  const text = `pipeline: { name: "a b" }
dataset:
  input_data_location: x.jsonl
  model_input_kye: q
  limit: 0
models:
  - name: a
    runner: locall
    prompt_template: hi
    promt_template: hi
  - model_id: z
algorithms: []
`;
  expect(lines(text)).toEqual([
    'CONFIG_INVALID 1:13 pipeline.name must hold only letters, digits and single hyphens between them, found "a b"',
    'CONFIG_UNKNOWN_KEY 4:3 dataset has no key "model_input_kye"; did you mean "model_input_key"?',
    'CONFIG_INVALID 5:3 dataset.limit must be at least 1, found 0',
    'CONFIG_INVALID 8:5 models[0].runner must be one of local, scripted, sagemaker, bedrock, openai, http, exec, module, code, outputs, found "locall"',
    'CONFIG_UNKNOWN_KEY 9:5 models[0] has no key "prompt_template"; it belongs under "evaluation_config"',
    'CONFIG_UNKNOWN_KEY 10:5 models[0] has no key "promt_template"; did you mean "prompt_template", under "evaluation_config"?',
    'CONFIG_INVALID 11:5 models[1] needs the key "name"',
    'CONFIG_INVALID 12:1 algorithms must not be empty, found an empty list',
  ]);
});

test('an unknown key does not hide what the later checks find', () => {
  const text = `${MINIMAL}seeed: 4\nstop_when: { score: f1_score }\n`;
  expect(lines(text)).toEqual([
    'CONFIG_UNKNOWN_KEY 6:1 the file has no key "seeed"; did you mean "seed"?',
    'CONFIG_INVALID 7:1 stop_when needs one of half_width and decided_against',
  ]);
});

test('broken YAML is a syntax error with its place', () => {
  expect(lines('models:\n  - name: "a\n')).toEqual([expect.stringMatching(/^CONFIG_SYNTAX \d:\d+ /)]);
  expect(lines('a: 1\na: 2\n')).toEqual([expect.stringMatching(/^CONFIG_SYNTAX 2:1 .*"a" stands twice/)]);
  expect(lines('')).toEqual([expect.stringContaining('the file is empty')]);
  expect(lines('- 1')).toEqual([expect.stringContaining('a map of keys')]);
});

test('two models of one name, and one algorithm twice, are refused', () => {
  const text = `dataset: { input_data_location: x }
models: [{ name: a, runner: outputs }, { name: a, runner: outputs }]
algorithms: [{ algorithm: QAAccuracy }, { algorithm: qa_accuracy }]
`;
  expect(lines(text)).toEqual([
    'CONFIG_INVALID 2:42 models[0] and models[1] are both named "a"',
    'CONFIG_INVALID 3:41 algorithms[0] and algorithms[1] would both report as "qa_accuracy"',
  ]);
  expect(lines(text.replace('QAAccuracy', 'QAAccuracy, name: other').replace('name: a, r', 'name: b, r'))).toEqual([]);
});

test('a model that nothing runs is refused', () => {
  const text = MINIMAL.replace(', runner: local, model_id: SmolLM2-135M-Instruct', '');
  expect(lines(text)).toEqual(['CONFIG_MISSING_BLOCK 3:5 nothing says what runs models[0] ("m")']);
});

test('decisions must name algorithms that are here', () => {
  const text = `${MINIMAL}gates:
  - { score: qa_acuracy.f1_score, min: 0.5 }
  - { state: failed }
  - qa_accuracy.f1_score lower >= 0.6
selection: { algorithm: toxicity }
`;
  expect(lines(text)).toEqual([
    'CONFIG_INVALID 7:7 no algorithm here is named "qa_acuracy"; did you mean "qa_accuracy"?',
    'CONFIG_INVALID 8:5 gates[1] limits nothing: it needs min, max or max_regression',
    'CONFIG_INVALID 10:14 no algorithm here is named "toxicity"',
  ]);
});

test('a gate in the map form says what it lacks, what it contradicts, and which model it misspells', () => {
  const text = `${MINIMAL}gates:
  - { score: qa_accuracy.f1_score, min: 0.5, models: [m, M1] }
  - { score: qa_accuracy.f1_score, min: 0.5, baseline: b }
  - { score: qa_accuracy.f1_score, max_regression: 0.1, baseline: b, bound: lower }
  - { score: qa_accuracy.f1_score, min: 0.5, confidence: 0.9 }
  - { state: failed, max: 0, category: maths }
  - { max_regression: 0.1, baseline: b, min: 0.5 }
  - { score: qa_accuracy.f1_score, max_regression: 0.1, baseline: b, min: 0.5, bound: lower, category: maths }
`;
  expect(lines(text)).toEqual([
    'CONFIG_INVALID 7:58 gates[0]: no model here is named "M1"; did you mean "m"?',
    'CONFIG_INVALID 8:46 gates[1].baseline needs max_regression, the greatest loss that passes (0 for none)',
    'CONFIG_INVALID 9:70 gates[2].bound goes with min or max',
    'CONFIG_INVALID 10:46 gates[3].confidence goes with max_regression: min and max are held against the run’s own interval',
    'CONFIG_INVALID 11:30 gates[4].category goes with a score, not with a state',
    'CONFIG_INVALID 12:5 gates[5] needs one of score and state',
  ]);
});

test('a text that is no gate, and a regression without a baseline, are refused with their place', () => {
  const text = `${MINIMAL}gates:
  - be good
  - qa_accuracy.f1_score regression <= 0.02
  - regression <= 0.02 against last-week
`;
  expect(lines(text)).toEqual([
    'CONFIG_INVALID 7:5 gates[0]: "be good" is no gate',
    'CONFIG_INVALID 8:5 gates[1] needs a baseline run',
  ]);
});

test('a misspelt inference parameter is a warning, since endpoints may know it', () => {
  const loaded = check(
    MINIMAL.replace(
      'Instruct }',
      'Instruct, evaluation_config: { inference_parameters: { max_new_tokns: 4, details: true } } }',
    ),
  );
  expect(loaded.findings).toMatchObject([
    { severity: 'warning', code: 'CONFIG_SUSPECT_KEY', message: expect.stringContaining('"max_new_tokens"') },
  ]);
  expect(loaded.config).toBeDefined();
});

test('a judge that is the judged model itself is a warning, by its name or by that of its weights', () => {
  const judged = (judge: string) => lines(`${MINIMAL}  - { algorithm: llm_judge, judge: ${judge} }\n`);
  const told = (column: number) => [
    `JUDGE_OWN_MODEL 6:${column} the judge is the judged model "m" itself: it may prefer its own answers`,
  ];
  expect(judged('m')).toEqual(told(29));
  expect(judged('SmolLM2-135M-Instruct')).toEqual(told(29));
  expect(judged('[other, { runner: local, local: { model: SmolLM2-135M-Instruct } }]')).toEqual(told(29));
  expect(judged('{ runner: openai, openai: { model: another } }')).toEqual([]);
});

test('known algorithms are checked by name and by their own options, at the option’s line', () => {
  const algorithms = new Map([
    ['qa_accuracy', { options: z.strictObject({ target_output_delimiter: z.string().min(1).optional() }) }],
  ]);
  const text = `${MINIMAL}    target_output_delimeter: x\n  - algorithm: QAAcuracy\n`;
  expect(lines(text, { algorithms })).toEqual([
    'CONFIG_UNKNOWN_KEY 6:5 algorithms[0] has no key "target_output_delimeter"; did you mean "target_output_delimiter"?',
    'CONFIG_UNKNOWN_ALGORITHM 7:5 there is no algorithm "QAAcuracy"; did you mean "qa_accuracy"?',
  ]);
});

test('places are found through anchors and merge keys', () => {
  const text = `x-shared: &shared
  runner: local
  model_id: m
dataset: { input_data_location: d }
models:
  - <<: *shared
    name: a
algorithms: [{ algorithm: qa_accuracy }]
`;
  const loaded = check(text);
  expect(loaded.findings).toEqual([]);
  expect(loaded.placeOf(['models', 0, 'model_id'])).toMatchObject({ line: 3, column: 3 });
  expect(loaded.placeOf(['models', 0, 'name'])).toMatchObject({ line: 7, column: 5 });
  expect(loaded.placeOf(['models', 0, 'local', 'threads'])).toMatchObject({ line: 6, column: 5 });
});

test('the digest sees content, not layout', () => {
  const moved = `# a comment\nalgorithms: [{ algorithm: qa_accuracy }]\n${MINIMAL.replace(/algorithms[\s\S]*/, '')}`;
  expect(check(moved).digest).toBe(check(MINIMAL).digest);
  expect(check(MINIMAL.replace('data.jsonl', 'other.jsonl')).digest).not.toBe(check(MINIMAL).digest);
});

test('other spellings are folded: FMEval locations, epochs, percentages, row ranges', () => {
  const text = `dataset: { input_data_location: d, model_input_location: q, limit: 11-20, dataset_mime_type: application/jsonlines }
models: [{ name: a, runner: outputs }]
algorithms: [{ algorithm: qa_accuracy }]
epochs: 3
max_failures: 5%
cache: false
`;
  expect(requireValid(check(text)).config).toMatchObject({
    dataset: { model_input_key: 'q', limit: { from: 10, to: 20 }, dataset_mime_type: 'jsonlines' },
    repeat: { times: 3 },
    max_failures: { fraction: 0.05 },
    cache: { enabled: false },
  });
});

test('only a missing file throws', async () => {
  await expect(loadConfig('/nowhere/x.yaml')).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  const path = join(mkdtempSync(join(tmpdir(), 'assay-config-')), 'c.yaml');
  writeFileSync(path, '\uFEFFmodels: 3\n');
  const loaded = await loadConfig(path);
  expect(loaded.findings.length).toBeGreaterThan(1);
  let thrown: unknown;
  try {
    requireValid(loaded);
  } catch (error) {
    thrown = error;
  }
  expect(isAssayError(thrown) && thrown.at?.file).toBe(path);
});

test('a value that refers to itself, and one nested without end, are named', () => {
  const circle = check(`${MINIMAL}\nx-note: &a [1, *a]\n`);
  expect(circle.config).toBeUndefined();
  expect(circle.findings).toMatchObject([{ code: 'CONFIG_SYNTAX', at: { line: expect.any(Number), column: 16 } }]);
  expect(check(`${MINIMAL}\nx-note: &a { b: { c: [*a, *a, *a] } }\n`).findings).toHaveLength(1);
  const deep = check(`${MINIMAL}\nx-note: ${'['.repeat(3000)}${']'.repeat(3000)}\n`);
  expect(deep.config).toBeUndefined();
  expect(new Set(deep.findings.map(({ code }) => code))).toEqual(new Set(['CONFIG_SYNTAX']));
  expect(deep.findings.length).toBeLessThanOrEqual(20);
  const nested = check(`${MINIMAL}\nx-note: ${'['.repeat(200)}${']'.repeat(200)}\n`);
  expect(nested.findings).toMatchObject([{ code: 'CONFIG_SYNTAX', message: expect.stringContaining('levels deep') }]);
});
