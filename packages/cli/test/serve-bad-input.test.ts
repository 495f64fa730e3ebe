import { connect } from 'node:net';
import { openLocalModel } from '@assay/runner-local';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServedModel } from '../src/serve/served-model.ts';
import { postJson, type StartedServer, startServer } from './model-server.ts';

const MODEL = 'SmolLM2-135M-Instruct';
const LARGE = 'слово '.repeat(950_000);

let model: ServedModel;
let started: StartedServer;
let roomy: StartedServer;
let client: OpenAI;

beforeAll(async () => {
  model = new ServedModel(await openLocalModel(MODEL, { causal: { workers: 1 } }), MODEL);
  started = await startServer({ main: model });
  roomy = await startServer({ main: model }, { bodyLimitBytes: 32 * 2 ** 20 });
  client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: 'any', maxRetries: 0 });
}, 60_000);
afterAll(async () => {
  await started?.stop();
  await roomy?.stop();
  await model?.runner.close?.();
});

const bodies: Readonly<Record<string, (prompt: unknown, more?: object) => object>> = {
  '/v1/chat/completions': (content, more) => ({ model: MODEL, messages: [{ role: 'user', content }], ...more }),
  '/v1/completions': (prompt, more) => ({ model: MODEL, prompt, ...more }),
  '/v1/responses': (input, more) => ({ model: MODEL, input, ...more }),
};

describe.each(Object.entries(bodies))('%s', (path, body) => {
  const refused = async (request: object, url = started.url) => {
    const answer = await postJson(`${url}${path}`, request);
    const { error } = (await answer.json()) as { error: Record<string, unknown> };
    expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
    expect(error.message).toBeTypeOf('string');
    return [answer.status, error.code];
  };

  test('a prompt of 10 MB is refused, by its size or because no context holds it, and others are answered meanwhile', async () => {
    expect(Buffer.byteLength(LARGE)).toBeGreaterThan(10 ** 7);
    expect(await refused(body(LARGE))).toEqual([413, 'body_too_large']);
    const beside = postJson(`${roomy.url}${path}`, body('Say yes.', { max_tokens: 2, max_output_tokens: 16 }));
    expect(await refused(body(LARGE), roomy.url)).toEqual([400, 'context_length_exceeded']);
    await (await beside).text();
  }, 120_000);

  test('a prompt of a million letters is no fault of ours', async () => {
    expect(await refused(body('a'.repeat(10 ** 6)))).toEqual([400, 'context_length_exceeded']);
  }, 60_000);

  test('a model that is not served is none', async () => {
    expect(await refused(body('x', { model: 'gpt-4' }))).toEqual([404, 'model_not_found']);
  });
});

test.each([
  ['texts and ids in one list', { model: MODEL, prompt: ['a', [1, 2]] }, 'prompt'],
  ['an id beyond the vocabulary', { model: MODEL, prompt: [1, 49_152] }, 'prompt'],
  [
    'a schema that no text meets',
    {
      model: MODEL,
      prompt: 'x',
      response_format: { type: 'json_schema', json_schema: { schema: { type: 'integer', minimum: 3, maximum: 2 } } },
    },
    'response_format',
  ],
  [
    'a grammar that explodes',
    { model: MODEL, prompt: 'x', response_format: { type: 'regex', pattern: '((((a{1,99}){1,99}){1,99}){1,99})' } },
    'response_format',
  ],
  [
    'a schema nested beyond measure',
    { model: MODEL, prompt: 'x', response_format: { type: 'json_schema', json_schema: { schema: nested(3000) } } },
    'response_format',
  ],
])('completions: %s is refused, the member named', async (_, request, param) => {
  const answer = await postJson(`${started.url}/v1/completions`, request);
  expect([answer.status, (await answer.json()).error]).toEqual([400, expect.objectContaining({ param })]);
});

function nested(depth: number): object {
  let schema: object = { type: 'null' };
  for (let i = 0; i < depth; i++) schema = { type: 'array', items: schema };
  return schema;
}

test('SageMaker’s clients raise ValidationError for each of them', async () => {
  const sagemaker = new SageMakerRuntimeClient({
    endpoint: started.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const asked = [
    { inputs: LARGE },
    { messages: [{ role: 'user', content: LARGE }] },
    { prompt: [1, 'a'] },
    { prompt: [49_152], max_tokens: 1 },
    { messages: [{ role: 'user', content: 'x' }], model: 'gpt-4' },
    { messages: [{ role: 'user', content: 'x' }], response_format: { type: 'regex', pattern: '(' } },
  ];
  for (const body of asked) {
    const command = new InvokeEndpointCommand({
      EndpointName: 'x',
      ContentType: 'application/json',
      Body: JSON.stringify(body),
    });
    await expect(sagemaker.send(command)).rejects.toMatchObject({ name: 'ValidationError' });
  }
}, 120_000);

/** Sends bytes over a bare connection and hangs up its own side. @returns what came back */
function sendBytes(text: string): Promise<string> {
  const { hostname, port } = new URL(started.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      socket.destroy();
      resolve(answer);
    });
    socket.end(text);
  });
}

test.each([
  ['half a body', 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500\r\n\r\n{"model": "'],
  [
    'half a chunk',
    'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"mo',
  ],
  ['half a head', 'POST /v1/chat/completions HTTP/1.1\r\nhost: loc'],
  ['what is no HTTP', 'hello\r\n\r\n'],
])('%s is told in OpenAI’s shape, and leaves nothing behind', async (_, text) => {
  const answer = await sendBytes(text);
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
  expect(error).toMatchObject({ type: 'invalid_request_error', param: null, code: 'invalid_http' });
  await expect.poll(() => started.admission.inside).toBe(0);
});

test('after all of it the server answers as before', async () => {
  const { choices } = await client.chat.completions.create({
    model: MODEL,
    messages: [{ role: 'user', content: 'What is the capital of France?' }],
    max_tokens: 8,
  });
  expect(choices[0]!.message.content).toContain('Paris');
});
