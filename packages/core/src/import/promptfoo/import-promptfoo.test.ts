import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ALGORITHMS } from '../../algorithms/algorithm-table.ts';
import { loadConfig, requireValid } from '../../config/load-config.ts';
import { runEvaluation } from '../../engine/run-evaluation.ts';
import { planRun } from '../../plan/plan-run.ts';
import { readRows } from '../../results/read-rows.ts';
import { createScriptedRunner } from '../../scripted/scripted-runner.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { writeImported } from '../write-imported.ts';
import { type ImportPromptfooOptions, importPromptfoo } from './import-promptfoo.ts';
import { type SurveyedConfig, surveyConfigs } from './survey-configs.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/promptfoo/', import.meta.url));

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const told = ({ findings }: ImportedEvaluation) =>
  findings.map(({ severity, at, message }) => `${severity} ${at.file}:${at.line} ${message}`);

async function importText(
  text: string,
  options: ImportPromptfooOptions = {},
  files: Readonly<Record<string, string>> = {},
): Promise<ImportedEvaluation> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries({ 'p.yaml': text, ...files }))
    await writeFile(join(folder, name), content);
  return importPromptfoo('p.yaml', { cwd: folder, ...options });
}

test('what runs code or is not known is told with its line, and the rest is imported', async () => {
  const evaluation = await importPromptfoo('promptfooconfig.yaml', { cwd: FIXTURES, encoder: 'all-MiniLM-L6-v2' });
  expect(told(evaluation)).toEqual([
    'note promptfooconfig.yaml:48 outputPath has no meaning for the scores',
    'warning promptfooconfig.yaml:13 the provider file://provider.py is code, which is never run here',
    'warning promptfooconfig.yaml:28 the assertion javascript is code: it is left out',
    'warning promptfooconfig.yaml:30 the assertion python is code: it is left out',
    'warning tests.csv:3 the assertion python is code: it is left out',
  ]);
});

/** A row with the checks that can be made, or with those alone that were left out. */
function withChecks(row: Readonly<Record<string, unknown>>, isMade: boolean): { readonly checks: unknown } {
  const { checks } = row as { checks: { type: string }[] | { checks: { type: string }[] } };
  const some = (list: { type: string }[]) => list.filter(({ type }) => (type === 'left-out') !== isMade);
  return { ...row, checks: Array.isArray(checks) ? some(checks) : { ...checks, checks: some(checks.checks) } };
}

test('providers become models with their prompts, tests become rows with their checks', async () => {
  const { config, rows } = await importPromptfoo('promptfooconfig.yaml', {
    cwd: FIXTURES,
    encoder: 'all-MiniLM-L6-v2',
  });
  const models = config!.models as { name: string; evaluation_config: Record<string, unknown> }[];
  expect(models.map(({ name }) => name)).toEqual(
    ['openai:gpt-4o-mini', 'haiku', 'sagemaker:jumpstart:my-endpoint', 'ollama:chat:llama3.2', 'echo'].flatMap(
      (model) => [`${model} / What is the capital of {{country}}? Ans…`, `${model} / prompts/chat.json`],
    ),
  );
  expect(models[0]).toMatchObject({
    runner: 'openai',
    model_id: 'gpt-4o-mini',
    openai: { base_url: 'https://api.openai.com/v1', api_key_env: 'OPENAI_API_KEY', api: 'chat' },
    evaluation_config: { prompt_template: `What is the capital of \${vars.country}? Answer in \${vars.style}.` },
  });
  expect(models[3]).toMatchObject({
    runner: 'bedrock',
    model_id: 'anthropic.claude-3-haiku-20240307-v1:0',
    bedrock: { answer: 'all', region: 'eu-west-1' },
    evaluation_config: {
      system_prompt: 'You are terse.',
      prompt_template: `Capital of \${vars.country}, for $$5?`,
      inference_parameters: { temperature: 0.5, max_new_tokens: 32, seed: 1 },
    },
  });
  expect(models[4]).toMatchObject({
    runner: 'sagemaker',
    endpoint_name: 'my-endpoint',
    evaluation_config: {
      content_template: {
        inputs: '$prompt',
        parameters: { max_new_tokens: 1024, temperature: 0.7, top_p: 1, do_sample: true },
      },
      output: 'generated_text',
    },
  });
  expect(models[6]).toMatchObject({
    openai: { base_url: 'http://127.0.0.1:11434/v1', api: 'chat' },
    model_id: 'llama3.2',
  });
  const common = [
    { type: 'not-contains', value: 'As an AI' },
    { type: 'latency', threshold: 60_000 },
  ];
  const [made, leftOut] = [true, false].map((isMade) => rows.map((row) => withChecks(row, isMade)));
  expect(leftOut!.flatMap(({ checks }) => checks)).toEqual(
    expect.arrayContaining([
      { type: 'left-out', value: 'javascript' },
      { type: 'left-out', value: 'python' },
    ]),
  );
  expect(made).toMatchObject([
    {
      description: 'plain',
      vars: { country: 'France', style: 'one word' },
      checks: [...common, { type: 'icontains', value: 'paris' }],
    },
    {
      vars: { country: 'Spain' },
      checks: [
        ...common,
        { type: 'contains-any', value: ['Madrid', 'Lisbon, Portugal', 'Lisbon'] },
        { type: 'regex', value: '^[A-Z]', weight: 2 },
      ],
    },
    { vars: { country: 'Portugal' } },
    {
      target_output: 'Rome',
      checks: {
        threshold: 0.5,
        checks: [...common, { type: 'equals', value: 'Rome' }, { type: 'levenshtein', value: 'Roma', threshold: 2 }],
      },
    },
    {
      description: 'from a cell',
      checks: [
        ...common,
        { type: 'contains', value: 'Tokyo' },
        { type: 'similar', threshold: 0.6, value: 'Tokyo is the capital' },
      ],
    },
    { description: 'whole', checks: [...common, { type: 'equals', value: 'Lima' }] },
  ]);
  expect(config!.algorithms).toEqual([
    { algorithm: 'assertions', checks_field: 'checks', encoder: 'all-MiniLM-L6-v2' },
  ]);
});

test('an imported config is valid and each test passes or fails by its own assertions', async () => {
  const folder = await temporaryFolder();
  const imported = await importPromptfoo('promptfooconfig.yaml', {
    cwd: FIXTURES,
    allowPartial: true,
    encoder: 'all-MiniLM-L6-v2',
  });
  const [config] = await writeImported([imported], folder);
  const loaded = requireValid(await loadConfig(config!, { algorithms: ALGORITHMS }));
  const answers = ['Paris', 'madrid', 'Lisbon', 'Rom', 'It is Tokyo.', 'Lima, I think'].map((text, index) => ({
    index,
    text,
  }));
  const plan = await planRun(loaded, {
    models: [loaded.config.models[0]!.name],
    // The time of an answer is asked for, and must be measurable.
    openRunner: () => createScriptedRunner({ answers, delayMs: 2 }),
    openHelper: async () => ({
      id: 'made-up',
      answer: async (asks) => asks.map(() => ({ kind: 'similarity' as const, value: 0.7 })),
      close: async () => {},
    }),
  });
  const { folder: run } = await runEvaluation(plan, join(folder, 'run'), {}, new AbortController().signal);
  const scores = new Map<number, Readonly<Record<string, number>>>();
  for await (const row of readRows(run)) scores.set(row.index, row.scores);
  const of = (score: string) => answers.map(({ index }) => scores.get(index)?.[`assertions.${score}`]);
  // Madrid in small letters is not contained, and its first letter fails the pattern; "Rom" is one letter from "Roma".
  // Of the first and the last an assertion was left out.
  expect(of('all_assertions')).toEqual([undefined, 0, 1, 1, 1, undefined]);
  expect(of('assertions_passed').map((value) => Number(value!.toFixed(4)))).toEqual([1, 0.4, 1, 0.75, 0.925, 0.6667]);
});

test.each([
  [
    'prompts: ["{{ a | nobody }}"]\ntests: [{ vars: { a: x } }]',
    'error p.yaml:2 the template "{{ a | nobody }}" fails: the filter nobody is not known',
  ],
  ['prompts: ["{{ env.KEY }}"]\ntests: [{}]', 'error p.yaml:1 only {{variables}} are carried over, not {{ env.KEY }}'],
  ['prompts: [file://p.js]\ntests: [{}]', 'error p.yaml:1 the prompt file://p.js is code, which is never run here'],
  ['prompts: [x]\ntests: file://t.py:make', 'error p.yaml:2 the tests of t.py:make are made by code, which is not run'],
  [
    'prompts: [x]\ntests:\n  - options: { transform: output }',
    'error p.yaml:3 options.transform changes the output by code, which is never run here',
  ],
  ['prompts: [x]\ntests: ""', 'error p.yaml:2 a file has no name'],
  [
    'prompts: [x]\ntests: [{ vars: *gone }]',
    'error p.yaml:1 Unresolved alias (the anchor must be set before the alias): gone',
  ],
  ['prompts: [x]\ntests: &a [{ vars: *a }]', 'error p.yaml:2 *a stands within the value that it refers to'],
  ['prompts: ["file://"]\ntests: [{}]', 'error p.yaml:1 a file has no name'],
  ['prompts: [x]\ntests: "*.none.csv"', 'error p.yaml:2 *.none.csv finds no file'],
  ['prompts: [x]\ntests:\n  - assert:\n      - type: contains', 'error p.yaml:4 the assertion contains has no value'],
  [
    'prompts: [x]\ntests:\n  - assert:\n      - { type: regex, value: "(?=a)" }',
    expect.stringContaining('not a regular expression of RE2'),
  ],
])('%j is refused', async (text, message) => {
  const evaluation = await importText(`providers: [openai:x]\n${text}`.replace(/^providers: \[openai:x\]\n/, ''));
  expect(told(evaluation)).toContainEqual(message);
  expect(evaluation.config).toBeUndefined();
});

test('without a provider that can be carried over no other model answers unasked', async () => {
  const text = 'prompts: [hello]\nproviders: [slack:C1]\ntests: [{}]';
  const refused = await importText(text);
  expect(told(refused)).toContainEqual('error p.yaml:2 no provider can be carried over');
  expect(refused.config).toBeUndefined();
  const evaluation = await importText(text, { model: 'SmolLM2-135M-Instruct' });
  expect(told(evaluation)).toContainEqual('note p.yaml:2 no provider is carried over: SmolLM2-135M-Instruct stands in');
  expect(evaluation.config!.models).toMatchObject([{ runner: 'local', model_id: 'SmolLM2-135M-Instruct' }]);
});

test.each([
  [
    'anthropic:messages:claude-sonnet-4-5',
    'https://api.anthropic.com/v1',
    'ANTHROPIC_API_KEY',
    'claude-sonnet-4-5',
    'messages',
  ],
  [
    'google:gemini-2.5-pro',
    'https://generativelanguage.googleapis.com/v1beta',
    'GEMINI_API_KEY',
    'gemini-2.5-pro',
    'gemini',
  ],
  ['mistral:mistral-small-latest', 'https://api.mistral.ai/v1', 'MISTRAL_API_KEY', 'mistral-small-latest'],
  ['openai:responses:gpt-4.1', 'https://api.openai.com/v1', 'OPENAI_API_KEY', 'gpt-4.1', 'responses'],
  [
    'vertex:gemini-2.5-pro',
    'https://aiplatform.googleapis.com/v1/publishers/google',
    'VERTEX_API_KEY',
    'gemini-2.5-pro',
    'gemini',
  ],
  ['adaline:openai:chat:gpt-4o', 'https://api.openai.com/v1', 'OPENAI_API_KEY', 'gpt-4o'],
  ['ollama:chat:llama3.2:3b', 'http://127.0.0.1:11434/v1', undefined, 'llama3.2:3b'],
])('%s is asked at %s', async (id, base, key, model, api = 'chat') => {
  const { config } = await importText(`prompts: [hello]\nproviders: [${id}]\ntests: [{}]`);
  const openai = { base_url: base, ...(key === undefined ? {} : { api_key_env: key }), api };
  expect(config!.models).toMatchObject([{ runner: 'openai', model_id: model, openai }]);
});

test('parameters are taken wherever vendors keep them, and what a server of OpenAI’s protocol knows is passed on', async () => {
  const { config, findings } = await importText(`prompts: [hello]
providers:
  - id: google:gemini-2.5-flash
    config: { generationConfig: { maxOutputTokens: 7, topP: 0.5 }, tools: [{ type: function }], odd: 1 }
  - id: azure:chat:mine
    config: { apiHost: me.openai.azure.com, apiKey: "{{env.MY_KEY}}" }
  - azure:chat:nowhere
tests: [{}]
`);
  expect(config!.models).toMatchObject([
    {
      evaluation_config: {
        inference_parameters: { max_new_tokens: 7, top_p: 0.5, tools: [{ type: 'function' }] },
      },
    },
    { model_id: 'mine', openai: { base_url: 'https://me.openai.azure.com/openai/v1', api_key_env: 'MY_KEY' } },
  ]);
  expect(findings.map(({ message }) => message)).toEqual([
    'config.odd of the provider google:gemini-2.5-flash is not carried over',
    'the provider azure:chat:nowhere is not carried over',
  ]);
});

test('a grader is the one that the tests name, else the one that is given; without one it is said', async () => {
  const assert = 'assert: [{ type: llm-rubric, value: polite }]';
  const head = 'prompts: [hello]\nproviders: [openai:x]\n';
  const none = await importText(`${head}tests: [{ ${assert} }]`);
  expect(told(none)[0]).toMatch(/^warning p.yaml:3 llm-rubric has no judge, and the rows will be unscored/);
  const judges = async (text: string, judge?: string): Promise<unknown> => {
    const { config, findings } = await importText(text, { judge });
    expect(findings).toEqual([]);
    const [{ judge: made }] = config!.algorithms as [{ judge: string }];
    return made.startsWith('{') ? JSON.parse(made) : made;
  };
  const given = await judges(`${head}tests: [{ ${assert} }]`, 'mistral:m');
  expect(given).toMatchObject({ model_id: 'm', openai: { base_url: 'https://api.mistral.ai/v1' } });
  const named = await judges(
    `${head}defaultTest: { options: { provider: { text: { id: "groq:g", config: { temperature: 0 } } } } }\ntests: [{ ${assert} }]`,
    'SmolLM2-135M-Instruct',
  );
  expect(named).toMatchObject({ model_id: 'g', evaluation_config: { inference_parameters: { temperature: 0 } } });
  expect(await judges(`${head}tests: [{ ${assert} }]`, 'SmolLM2-135M-Instruct')).toBe('SmolLM2-135M-Instruct');
});

test('code is carried over only with leave: as written, or by path and digest', async () => {
  const text = `prompts: [hello]
providers: [openai:x]
tests:
  - vars: { n: 3 }
    options: { transform: output.trim() }
    assert:
      - { type: javascript, value: "output.length > {{n}}", threshold: 0.5 }
      - { type: not-python, value: "file://check.py:judge" }
      - { type: equals, value: a, transform: "output.slice(0, 1)" }
`;
  const left = await importText(text);
  expect(left.config).toBeUndefined();
  expect(told(left)[0]).toBe('error p.yaml:5 options.transform changes the output by code, which is never run here');
  const { config, rows, findings } = await importText(text, { allowCode: true }, { 'check.py': 'x = 1\n' });
  expect(findings).toEqual([]);
  expect(rows[0]!.checks).toEqual({
    checks: [
      { type: 'javascript', value: 'output.length > 3', threshold: 0.5 },
      {
        type: 'not-python',
        value: expect.stringMatching(/^file:\/\/\/.*check\.py:judge$/),
        sha256: '9e26bf369911c45c243c684147b23fc9e1dcfcf257d299a1c632016a6fcd33f4',
      },
      { type: 'equals', value: 'a', transform: 'output.slice(0, 1)' },
    ],
    transform: 'output.trim()',
  });
  expect(config!.algorithms).toMatchObject([{ algorithm: 'assertions', code: true }]);
});

test('a survey passes over files that are not there, and tells the rest', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, 'promptfooconfig.yaml'),
    'prompts: [file://gone.txt]\nproviders: [openai:x]\ntests: gone.csv\nredteam: {}\n',
  );
  const surveyed: SurveyedConfig[] = [];
  for await (const each of surveyConfigs(folder)) surveyed.push(each);
  const severities = surveyed[0]!.findings.map(({ severity, message }) => `${severity} ${message}`);
  expect(severities).toEqual([
    'warning "redteam" is not carried over',
    expect.stringContaining('note not looked at'),
    expect.stringContaining('note not looked at'),
  ]);
});

test('SageMaker endpoints are asked as promptfoo asks their kind of model', async () => {
  const text = `prompts: ['Say {{word}}']
providers:
  - id: sagemaker:openai:a
    config: { maxTokens: 9, temperature: 0, stopSequences: [x], modelType: openai }
  - { id: 'sagemaker:huggingface:b', config: { responseFormat: { path: 'json[0].generated_text' } } }
  - { id: 'sagemaker:llama:c', config: { transform: 'x => x', responseFormat: { path: 'json.a ?? 1' } } }
tests: [{ vars: { word: a } }]`;
  const { config, findings } = await importText(text, {}, {});
  const models = config!.models as { evaluation_config: Record<string, unknown> }[];
  expect(models.map(({ evaluation_config: { content_template: body, output } }) => [body, output])).toEqual([
    [
      { prompt: '$prompt', max_tokens: 9, temperature: 0, top_p: 1, stop: ['x'] },
      'generated_text || choices[0].message.content || choices[0].text || generation',
    ],
    [
      {
        inputs: '$prompt',
        parameters: { max_new_tokens: 1024, temperature: 0.7, top_p: 1, do_sample: true, return_full_text: false },
      },
      '[0].generated_text',
    ],
    [expect.objectContaining({ inputs: '$prompt' }), expect.any(String)],
  ]);
  expect(findings.map(({ message }) => message)).toEqual([
    'config.transform of the provider sagemaker:llama:c is not carried over',
    'config.responseFormat of the provider sagemaker:llama:c is not carried over',
  ]);
});

test('each vendor is asked by its own protocol, its tools and settings by their own names', async () => {
  const text = `prompts: ['Say {{word}}']
providers:
  - id: openai:responses:gpt-5
    config:
      instructions: Be brief.
      reasoning: { effort: low }
      tools: [{ type: function, function: { name: f, parameters: { type: object } } }]
  - { id: 'openai:responses:gpt-4o', config: { tools: [{ type: web_search_preview }] } }
  - id: google:gemini-2.5-pro
    config:
      generationConfig: { temperature: 0.5, thinkingConfig: { thinkingBudget: 64 } }
      responseSchema: file://schema.json
      tools: [{ googleSearch: {} }]
  - { id: 'anthropic:messages:claude-x', config: { max_tokens: 9, thinking: { type: enabled, budget_tokens: 1024 } } }
tests: [{ vars: { word: a } }]`;
  const { config, findings } = await importText(text, {}, { 'schema.json': '{"type":"OBJECT"}' });
  const models = config!.models as { evaluation_config: Record<string, unknown> }[];
  expect(models.map(({ evaluation_config: { inference_parameters: parameters } }) => parameters)).toEqual([
    {
      instructions: 'Be brief.',
      reasoning: { effort: 'low' },
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' } }],
    },
    { tools: [{ type: 'web_search_preview' }], max_new_tokens: 1024 },
    {
      temperature: 0.5,
      tools: [{ googleSearch: {} }],
      generationConfig: {
        thinkingConfig: { thinkingBudget: 64 },
        response_schema: { type: 'OBJECT' },
        response_mime_type: 'application/json',
      },
    },
    { max_new_tokens: 9, thinking: { type: 'enabled', budget_tokens: 1024 } },
  ]);
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
});

test('providers that are code are models with leave alone; defaultTest and variables may be files', async () => {
  const text = `prompts: ['Say {{word}} {{data}}']
providers: [{ id: 'file://p.py:answer', label: mine, config: { a: 1 } }, 'file://more.yaml']
defaultTest: file://defaults.yaml
tests: [{ vars: { word: a, data: file://data.yaml } }]`;
  const files = {
    'p.py': 'def answer(prompt, options, context): pass',
    'more.yaml': '- { id: "openai:chat:gpt-4.1", label: other }',
    'defaults.yaml': 'assert: [{ type: contains, value: a }]',
    'data.yaml': 'x: [1, 2]',
  };
  const { config, rows } = await importText(text, { allowCode: true }, files);
  expect(config!.models).toMatchObject([
    { name: 'mine', runner: 'module', module: { export: 'answer', provider: { id: 'mine', config: { a: 1 } } } },
    { name: 'other', runner: 'openai' },
  ]);
  expect(rows).toMatchObject([{ vars: { data: '{"x":[1,2]}' }, checks: [{ type: 'contains', value: 'a' }] }]);
  const without = await importText(text, {}, files);
  expect(told(without).join()).toContain('the provider file://p.py:answer is code, which is never run here');
  expect((without.config!.models as unknown[]).length).toBe(1);
  const outside = await importText(text.replace('file://p.py', 'file://../p.py'), { allowCode: true }, files);
  expect(outside.config).toBeUndefined();
});
