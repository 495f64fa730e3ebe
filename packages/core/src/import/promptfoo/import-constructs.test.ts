import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { type ImportPromptfooOptions, importPromptfoo } from './import-promptfoo.ts';

/** An import of a config with files beside it; what it tells but for notes. */
async function imported(
  text: string,
  files: Readonly<Record<string, string | Buffer>> = {},
  options: ImportPromptfooOptions = {},
): Promise<ImportedEvaluation & { readonly told: readonly string[]; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-constructs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries({ 'p.yaml': text, ...files }))
    await writeFile(join(folder, name), content);
  const evaluation = await importPromptfoo('p.yaml', { cwd: folder, ...options });
  const told = evaluation.findings.filter(({ severity }) => severity !== 'note').map(({ message }) => message);
  return { ...evaluation, told, folder };
}

const CODE = { allowCode: true } as const;
const settingsOf = ({ config }: ImportedEvaluation, at = 0) =>
  (config!.models as { evaluation_config: Record<string, unknown> }[])[at]!.evaluation_config;

test('a conversation of several turns, with pictures or variables in its system text, is asked as it is', async () => {
  const turns = [
    { role: 'system', content: 'You know {{ topic }}.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: '{{question}}' },
        { type: 'image_url', image_url: { url: '{{pic}}' } },
      ],
    },
  ];
  const png = Buffer.from('iVBORw0KGgoAAAA=', 'base64');
  const made = await imported(
    `prompts: [file://chat.json]
providers: [openai:gpt-4o]
tests: [{ vars: { topic: birds, question: 'a "b"', pic: file://a.jpg } }]`,
    { 'chat.json': JSON.stringify(turns), 'a.jpg': png },
  );
  expect(made.told).toEqual([]);
  expect(settingsOf(made)).toMatchObject({
    chat: 'json',
    prompt_template: expect.stringContaining(`You know \${vars.topic}.`),
  });
  // What its bytes say goes before its name.
  expect(made.rows).toMatchObject([{ vars: { pic: 'data:image/png;base64,iVBORw0KGgoAAAA=' } }]);
});

test('prompts, tests, variables and settings that are code are asked once, with leave alone', async () => {
  const text = `prompts: [file://p.js:shout, file://p.py:ask]
providers: [{ id: openai:gpt-4o, config: { stop: file://p.js:stops } }]
tests:
  - file://p.py:cases
  - { vars: { name: file://p.py, n: 1 }, options: { transformVars: '({ n: vars.n + 1, id: context.uuid.length })' } }`;
  const files = {
    'p.js': `module.exports = {
  shout: ({ vars }) => 'HI ' + vars.name,
  stops: () => ['END'],
};`,
    'p.py': `def ask(context):
    return [{"role": "user", "content": "Ask " + str(context["vars"]["name"])}]
def cases(config=None):
    return [{"vars": {"name": "Ann"}}]
def get_var(name, prompt, others):
    return {"output": name + " by code "}
`,
  };
  const made = await imported(text, files, CODE);
  expect(made.told).toEqual([]);
  expect(made.rows).toMatchObject([
    { vars: { name: 'Ann' }, rendered_0: 'HI Ann', rendered_1: '[{"role":"user","content":"Ask Ann"}]' },
    { vars: { name: 'name by code', n: 2, id: 36 }, rendered_0: 'HI name by code' },
  ]);
  expect(settingsOf(made)).toMatchObject({
    prompt_template: `\${rendered_0}`,
    chat: 'json',
    inference_parameters: { stop: ['END'] },
  });
  expect((await imported(text, files)).told).toEqual([
    expect.stringContaining('the prompt file://p.js:shout is code'),
    expect.stringContaining('the prompt file://p.py:ask is code'),
    expect.stringContaining('config.stop of the provider'),
    expect.stringContaining('the tests of p.py:cases are made by code'),
    expect.stringContaining('changes the variables by code'),
    expect.stringContaining('p.py is code, which is not run'),
    'there is no prompt left to run',
  ]);
});

test('a script in Python prints its prompt; code that throws is told', async () => {
  const text = `prompts: [file://s.py, file://bad.js]
providers: [openai:gpt-4o]
tests: [{ vars: { a: x } }]`;
  const files = {
    's.py': 'import json, sys\nprint("got", json.loads(sys.argv[1])["vars"]["a"])',
    'bad.js': 'module.exports = () => { throw new Error("no"); };',
  };
  const made = await imported(text, files, CODE);
  expect(made.told).toEqual(['the code of bad.js fails: no']);
  expect(made.rows).toMatchObject([{ rendered_0: 'got x' }]);
});

test('scenarios make each test with each setting, $ref stands for a template, a pattern for each file', async () => {
  const made = await imported(
    `prompts: ['{{a}} {{b}} {{doc}}']
providers: [openai:gpt-4o]
assertionTemplates: { pirate: { type: icontains, value: arrr } }
scenarios:
  - config: [{ vars: { a: 1 } }, { vars: { a: 2 }, assert: [{ type: contains, value: two }] }]
    tests: [{ vars: { b: x, doc: file://*.txt }, assert: [{ $ref: '#/assertionTemplates/pirate' }] }]`,
    { 'one.txt': 'first', 'two.txt': 'second' },
  );
  expect(made.told).toEqual([]);
  expect(made.rows.map(({ vars }) => Object.values(vars as object))).toEqual([
    [1, 'x', 'first'],
    [1, 'x', 'second'],
    [2, 'x', 'first'],
    [2, 'x', 'second'],
  ]);
  expect(made.rows[3]).toMatchObject({
    checks: [
      { type: 'contains', value: 'two' },
      { type: 'icontains', value: 'arrr' },
    ],
  });
});

test('tests on the network are those of a file that stands in for them', async () => {
  const uri = 'huggingface://datasets/a/b?split=test';
  const text = `prompts: ['{{question}} {{choices[0]}}']
providers: [openai:gpt-4o]
tests: ${uri}`;
  const { folder, told, findings } = await imported(text);
  expect(told[0]).toContain('are not on this machine');
  expect(findings[0]).toMatchObject({ hint: expect.stringContaining('--data') });
  const rows = join(folder, 'rows.jsonl');
  await writeFile(rows, '{"question":"Which?","choices":["a","b"]}\n');
  const made = await imported(text, {}, { data: [`${uri}=${rows}`] });
  expect(made.told).toEqual([]);
  expect(made.rows).toMatchObject([{ vars: { question: 'Which?', choices: ['a', 'b'] } }]);
  expect(settingsOf(made)).toMatchObject({ prompt_template: `\${vars.question} \${vars.choices[0]}` });
});

test('a request of its own, Replicate, llama.cpp and an endpoint of the hub are asked over HTTP', async () => {
  const made = await imported(
    `prompts: ['Say {{word}}']
providers:
  - id: https://app.example/chat
    config:
      method: POST
      headers: { Authorization: 'Bearer {{env.APP_KEY}}', x-word: '{{word}}' }
      body: { messages: '{{prompt}}', note: 'on {{word}}' }
      transformResponse: json.choices[0].message.content
  - { id: http, label: by code, config: { url: 'http://127.0.0.1:1/x', method: POST, body: { p: '{{prompt}}!' }, transformResponse: '(json, text) => text.trim()' } }
  - { id: 'replicate:meta/llama-2', config: { temperature: 0.1, prompt: { prefix: '[INST] ', suffix: ' [/INST]' } } }
  - { id: llama, config: { baseUrl: 'http://127.0.0.1:8080', temperature: 0 } }
  - { id: 'huggingface:text-generation:gemma', config: { apiEndpoint: 'https://x.endpoints.example' } }
tests: [{ vars: { word: yes } }]`,
    {},
    CODE,
  );
  expect(made.told).toEqual([]);
  const blocks = (made.config!.models as { runner: string; http: object }[]).map(({ runner, http }) => [runner, http]);
  expect(blocks).toMatchObject([
    [
      'http',
      {
        url: 'https://app.example/chat',
        headers: { 'x-word': `\${vars.word}` },
        headers_env: { Authorization: `Bearer \${APP_KEY}` },
        body: { messages: '$prompt_json', note: `on \${vars.word}` },
        output: 'choices[0].message.content',
      },
    ],
    ['http', { body: { p: '$prompt!' }, output_code: '(json, text) => text.trim()' }],
    [
      'http',
      {
        url: 'https://api.replicate.com/v1/models/meta/llama-2/predictions',
        body: { input: { temperature: 0.1, prompt: '[INST] $prompt [/INST]' } },
      },
    ],
    ['http', { url: 'http://127.0.0.1:8080/completion', body: { prompt: '$prompt', n_predict: 512, temperature: 0 } }],
    ['http', { url: 'https://x.endpoints.example', output: '[0].generated_text || generated_text' }],
  ]);
});

test('what a request has beyond that is told, and its provider left out', async () => {
  const { told } = await imported(`prompts: [hello]
providers: [{ id: 'https://a.example', config: { method: POST, body: {}, signatureAuth: { type: jks } } }]
tests: [{}]`);
  expect(told).toEqual([
    expect.stringContaining('has config.signatureAuth, which is not carried over'),
    'no provider can be carried over',
  ]);
});

test('echo answers with what it is asked, which the import knows', async () => {
  const made =
    await imported(`prompts: ['Say {{word}}', '[{"role":"system","content":"S {{word}}"},{"role":"user","content":"x"}]']
providers: [echo]
tests: [{ vars: { word: yes } }]`);
  expect(made.config!.models).toMatchObject([
    { runner: 'outputs', model_output_key: 'rendered_0' },
    { runner: 'outputs', model_output_key: 'rendered_1' },
  ]);
  const turns = [
    { role: 'system', content: 'S yes' },
    { role: 'user', content: 'x' },
  ];
  expect(made.rows).toMatchObject([{ rendered_0: 'Say yes', rendered_1: JSON.stringify(turns, null, 2) }]);
});

test('checks of calls carry the functions that are offered; an assertion that promptfoo does not know has no verdict', async () => {
  const made = await imported(`prompts: [hello]
providers: [{ id: 'openai:gpt-4o', config: { cost: 0.000002, tools: [{ type: function, function: { name: f, parameters: { type: object } } }] } }]
tests: [{ assert: [{ type: is-valid-openai-tools-call }, { type: cost, threshold: 0.1 }, { type: min-length, value: 3 }] }]`);
  expect(made.told).toEqual([]);
  expect(made.rows[0]).toMatchObject({
    checks: [
      { type: 'is-valid-openai-tools-call', value: [{ function: { name: 'f' } }] },
      { type: 'cost', threshold: 0.1 },
      { type: 'left-out', value: 'min-length' },
    ],
  });
  expect(made.config).toMatchObject({ prices: { currency: 'USD', tokens: { 'gpt-4o': { input: 2, output: 2 } } } });
});

test('similarities are decided by the embeddings that the tests or the assertion name', async () => {
  const made = await imported(`prompts: [hello]
providers: [openai:gpt-4o]
defaultTest: { options: { provider: { id: openai:judge, embedding: { id: 'mistral:embedding:mistral-embed' } } } }
tests:
  - assert:
      - { type: similar, value: hi }
      - { type: not-similar, value: bye, provider: 'openai:embedding:text-embedding-3-small' }
      - { type: llm-rubric, value: is polite }`);
  expect(made.told).toEqual([]);
  const [mistral, openai] = [
    ['mistral-embed', 'https://api.mistral.ai/v1', 'MISTRAL_API_KEY'],
    ['text-embedding-3-small', 'https://api.openai.com/v1', 'OPENAI_API_KEY'],
  ].map(([id, url, key]) =>
    JSON.stringify({ runner: 'openai', model_id: id, openai: { base_url: url, api_key_env: key } }),
  );
  expect(made.rows[0]).toMatchObject({
    checks: [{ type: 'similar', value: 'hi' }, { encoder: openai }, { type: 'llm-rubric' }],
  });
  expect(made.config!.algorithms).toMatchObject([
    { encoder: mistral, encoders: [openai], judge: expect.stringContaining('"model_id":"judge"') },
  ]);
  const other = await imported(`prompts: [hello]
providers: [openai:gpt-4o]
defaultTest: { options: { provider: { embedding: 'bedrock:embeddings:titan' } } }
tests: [{ assert: [{ type: similar, value: hi }] }]`);
  expect(other.told).toEqual([
    expect.stringContaining('the embeddings of bedrock:embeddings:titan are not carried over'),
    expect.stringContaining('similar has no encoder'),
  ]);
});

test('a grader that promptfoo itself refuses decides nothing here', async () => {
  const text = `prompts: [hello]
providers: [openai:gpt-4o]
defaultTest: { options: { provider: { config: { temperature: 0.7 } } } }
tests: [{ assert: [{ type: llm-rubric, value: is polite }] }]`;
  const made = await imported(text, {}, { judge: 'openai:gpt-4.1' });
  expect(made.told).toEqual([]);
  expect(made.config!.algorithms).not.toMatchObject([{ judge: expect.anything() }]);
  expect(made.findings.map(({ message }) => message)).toContainEqual(expect.stringContaining('grader without an id'));
});

test('a provider of a package is its file', async () => {
  const text = `prompts: [hello]
providers: ['package:@mine/tools:Provider']
tests: [{}]`;
  const { folder } = await imported(text, {}, CODE);
  const home = join(folder, 'node_modules/@mine/tools');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{"name":"@mine/tools","main":"index.js"}');
  await writeFile(join(home, 'index.js'), 'module.exports = {};');
  const made = await importPromptfoo(join(folder, 'p.yaml'), CODE);
  expect(made.config!.models).toMatchObject([
    { runner: 'module', module: { file: expect.stringMatching(/@mine\/tools\/index\.js$/), export: 'Provider' } },
  ]);
});
