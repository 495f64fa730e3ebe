import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';
import { resolvedModel } from '../../test/resolved-model.ts';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { createBedrockRunner } from './create-bedrock-runner.ts';

let aws: StandIn;
beforeAll(async () => {
  aws = await startStandIn();
});
afterAll(() => aws.close());

const open = (id: string, parameters = '', block = '', evaluation = '') =>
  createBedrockRunner(
    resolvedModel(
      'bedrock',
      `bedrock: { model_id: ${id}${block} }\nevaluation_config: { inference_parameters: { ${parameters} }${evaluation} }`,
    ),
    { region: 'us-east-1', endpoint: aws.url, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
  );

/** Of each family and parameter: what it refuses, what it says, and how the config overrules it. */
const REFUSED: readonly (readonly [id: string, parameters: string, said: string, takes: string, more?: string])[] = [
  [
    'anthropic.claude-v2:1',
    'max_new_tokens: 5000',
    'answers with at most 4096 tokens; max_new_tokens is 5000',
    'max_tokens: 5000',
  ],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'top_k: 501', 'takes a top_k of at most 500; it is 501', 'top_k: 501'],
  ['amazon.nova-lite-v1:0', 'max_new_tokens: 10001', 'answers with at most 10000', 'max_tokens: 10001'],
  ['cohere.command-text-v14', 'stop: [a, b, c, d, e]', 'at most 4 stop sequences; stop has 5', 'stop_sequences: 5'],
  ['us.deepseek.r1-v1:0', 'top_k: 5', 'takes no top_k', 'top_k: 5'],
  ['us.anthropic.claude-opus-4-7', 'top_k: 5', 'takes no top_k', 'top_k: 5'],
  ['us.amazon.nova-pro-v1:0', 'top_k: 129', 'takes a top_k of at most 128', 'top_k: 200'],
  ['amazon.titan-text-premier-v1:0', 'max_new_tokens: 4000', 'answers with at most 3072', 'max_tokens: 4000'],
  ['amazon.titan-text-lite-v1', 'top_k: 5', 'takes no top_k', 'top_k: 5'],
  ['amazon.titan-text-express-v1', '', 'takes no system prompt', 'system_prompt: true', ', system_prompt: Be brief.'],
  ['meta.llama3-8b-instruct-v1:0', 'max_new_tokens: 4096', 'answers with at most 2048', 'max_tokens: 4096'],
  ['meta.llama3-1-70b-instruct-v1:0', 'top_k: 5', 'takes no top_k', 'top_k: 5'],
  [
    'mistral.mixtral-8x7b-instruct-v0:1',
    '',
    'takes no system prompt',
    'system_prompt: true',
    ', system_prompt: Be brief.',
  ],
  ['mistral.mistral-7b-instruct-v0:2', 'top_k: 201', 'takes a top_k of at most 200', 'top_k: 201'],
  ['mistral.mistral-large-2402-v1:0', 'top_k: 5', 'takes no top_k', 'top_k: 5'],
  ['cohere.command-text-v14', '', 'takes no system prompt', 'system_prompt: true', ', system_prompt: Be brief.'],
  ['ai21.jamba-1-5-mini-v1:0', 'max_new_tokens: 5000', 'answers with at most 4096', 'max_tokens: 5000'],
  ['meta.llama3-70b-instruct-v1:0', 'toolConfig: { tools: [] }', 'takes no tools', 'tools: true'],
];

test.each(REFUSED.map((row) => [row[0], row] as const))(
  '%s: what its family does not take is refused before the first call, unless the config knows better',
  async (_, [id, parameters, said, takes, more = '']) => {
    const before = aws.calls.length;
    await expect(open(id, parameters, '', more)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(said),
      hint: expect.stringContaining('bedrock: { takes:'),
    });
    expect(aws.calls.length).toBe(before);
    await (await open(id, parameters, `, takes: { ${takes} }`, more)).close();
  },
);

test('what is within a family’s limits, and what no family is known for, is sent', async () => {
  await (await open('amazon.nova-lite-v1:0', 'stop: [a, b, c, d, e], top_k: 128, max_new_tokens: 10000')).close();
  await (await open('us.amazon.nova-2-lite-v1:0', 'max_new_tokens: 60000')).close();
  await (await open('somebody.model-v1', 'stop: [a, b, c, d, e, f], top_k: 9999, max_new_tokens: 99999')).close();
});

test.each([
  ['us.amazon.nova-pro-v1:0', { inferenceConfig: { topK: 5 } }],
  ['cohere.command-r-v1:0', { k: 5 }],
  ['anthropic.claude-3-haiku-20240307-v1:0', { top_k: 5 }],
  ['somebody.model-v1', { top_k: 5 }],
])('%s is sent top_k by its own name', async (id, fields) => {
  const runner = await open(id, 'top_k: 5');
  await collect(runner.generate([{ id: 'p', text: 'hello' }], {}));
  await runner.close();
  expect(aws.bedrock.bodies.at(-1)).toMatchObject({ additionalModelRequestFields: fields });
  expect(
    Object.keys((aws.bedrock.bodies.at(-1) as { additionalModelRequestFields: object }).additionalModelRequestFields),
  ).toEqual(Object.keys(fields));
});

test.each([
  ['temperature: 1.5', 'Converse takes a temperature of at most 1; it is 1.5'],
  [
    `stop: [${Array.from({ length: 2501 }, (_, i) => `s${i}`).join(', ')}]`,
    'at most 2500 stop sequences; stop has 2501',
  ],
])(
  'what Converse refuses of any model is told before the first call, and left to invoke: %#',
  async (parameters, said) => {
    const id = 'ai21.jamba-1-5-mini-v1:0';
    await expect(open(id, parameters)).rejects.toThrow(said);
    const invoke = ', content_template: { prompt: $prompt }, output: completion';
    await (await open(id, parameters, ', api: invoke', invoke)).close();
  },
);

test('a system prompt of the run itself ends it before a call', async () => {
  const runner = await open('amazon.titan-text-lite-v1');
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hello' },
  ] as const;
  const before = aws.calls.length;
  await expect(collect(runner.generate([{ id: 'p', text: 'hello', messages }], {}))).rejects.toThrow(
    'takes no system prompt',
  );
  expect(aws.calls.length).toBe(before);
  await runner.close();
});

const TOOLS =
  'toolConfig: { tools: [{ toolSpec: { name: add, inputSchema: { json: { type: object } } } }] }, toolChoice: { any: {} }';

test('tools go to Converse as toolConfig, and `answer` says which parts of what comes back count', async () => {
  const asked = async (answer: string) => {
    const runner = await open('anthropic.claude-3-haiku-20240307-v1:0', TOOLS, answer);
    const [found] = await collect(runner.generate([{ id: 'p', text: 'call the tool' }], {}));
    await runner.close();
    return found;
  };
  expect(await asked('')).toMatchObject({ ok: true, text: 'echo: call the tool' });
  const call = '{"type":"tool_use","id":"t1","name":"add","input":{"a":1}}';
  expect(await asked(', answer: blocks')).toMatchObject({ ok: true, text: `echo: call the tool\n\n${call}` });
  expect(await asked(', answer: all')).toMatchObject({
    ok: true,
    text: `Thinking: I must add\nSignature: s1\n\necho: call the tool\n\n${call}`,
  });
  expect(aws.bedrock.bodies.at(-1)).toMatchObject({
    toolConfig: { tools: [{ toolSpec: { name: 'add' } }], toolChoice: { any: {} } },
  });
  expect(aws.bedrock.bodies.at(-1)).not.toHaveProperty('additionalModelRequestFields');
});
