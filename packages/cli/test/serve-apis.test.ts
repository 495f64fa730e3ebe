import { openLocalModel } from '@assay/runner-local';
import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServedModel } from '../src/serve/served-model.ts';
import { postJson, type StartedServer, startServer } from './model-server.ts';

const MODEL = 'SmolLM2-135M-Instruct';
const QUESTION = [{ role: 'user' as const, content: 'What is the capital of France?' }];
const ANSWER = 'The capital of France is Paris.';

let model: ServedModel;
let started: StartedServer;
let client: OpenAI;
let sagemaker: SageMakerRuntimeClient;

beforeAll(async () => {
  model = new ServedModel(await openLocalModel(MODEL, { causal: { workers: 1 } }), MODEL);
  started = await startServer({ main: model });
  client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: 'any', maxRetries: 0 });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  sagemaker = new SageMakerRuntimeClient({ endpoint: started.url, region: 'us-east-1', credentials, maxAttempts: 1 });
}, 60_000);
afterAll(async () => {
  await started?.stop();
  await model?.runner.close?.();
});

describe('/v1/responses', () => {
  test('answers a conversation with its usage', async () => {
    const answer = await client.responses.create({
      model: MODEL,
      input: QUESTION,
      max_output_tokens: 16,
      store: false,
    });
    expect(answer).toMatchObject({ status: 'completed', output_text: ANSWER, error: null });
    expect(answer.usage).toMatchObject({ input_tokens: 37, output_tokens: 8, total_tokens: 45 });
  });

  test('an answer that is cut is incomplete', async () => {
    const answer = await client.responses.create({ model: MODEL, input: QUESTION[0]!.content, max_output_tokens: 2 });
    expect(answer).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  test('streams the same, event by event', async () => {
    const include = ['message.output_text.logprobs' as const];
    const asked = { model: MODEL, input: QUESTION, max_output_tokens: 16, include, top_logprobs: 3 };
    const [types, deltas] = [[] as string[], [] as string[]];
    let [listed, numbers] = [0, [] as number[]];
    for await (const event of await client.responses.create({ ...asked, stream: true })) {
      types.push(event.type);
      numbers = [...numbers, event.sequence_number];
      if (event.type === 'response.output_text.delta') {
        deltas.push(event.delta);
        listed += event.logprobs.length;
      }
      if (event.type === 'response.completed') expect(event.response.usage).toMatchObject({ output_tokens: listed });
    }
    expect(deltas.join('')).toBe(ANSWER);
    expect(deltas.length).toBeGreaterThan(3);
    expect(numbers).toEqual(numbers.map((_, at) => at));
    expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.completed']);
  });

  test.each([
    [{ store: true }, 'store'],
    [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ tools: [{ type: 'web_search' }] }, 'tools'],
    [{ background: true }, 'background'],
    [{ reasoning: { effort: 'high' } }, 'reasoning'],
    [{ temperature: 3 }, 'temperature'],
    [{ input: [{ type: 'function_call_output', call_id: 'x', output: 'y' }] }, 'input'],
  ])('%j is refused', async (parameters, param) => {
    const asked = client.responses.create({ model: MODEL, input: 'x', ...parameters } as never);
    await expect(asked).rejects.toMatchObject({ status: 400, param: expect.stringContaining(param) });
  });
});

describe('response_format', () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 12 }, large: { type: 'boolean' } },
    required: ['city', 'large'],
    additionalProperties: false,
  };
  const format = { type: 'json_schema' as const, json_schema: { name: 'answer', schema, strict: true } };
  const ask = (parameters: object) =>
    client.chat.completions.create({
      model: MODEL,
      messages: QUESTION,
      max_tokens: 40,
      ...parameters,
    } as never) as Promise<OpenAI.ChatCompletion>;

  test('holds answers to a schema, a pattern and choices, in all of the APIs', async () => {
    const { choices } = await ask({ response_format: format });
    expect(choices[0]).toMatchObject({ finish_reason: 'stop' });
    expect(JSON.parse(choices[0]!.message.content!)).toEqual({ city: expect.any(String), large: expect.any(Boolean) });
    const text = { format: { type: 'json_schema' as const, name: 'answer', schema } };
    const answer = await client.responses.create({ model: MODEL, input: QUESTION, max_output_tokens: 40, text });
    expect(answer.output_text).toBe(choices[0]!.message.content);
    const either = await ask({ structured_outputs: { choice: ['Lyon', 'Paris'] } });
    expect(['Lyon', 'Paris']).toContain(either.choices[0]!.message.content);
    const year = await ask({ response_format: { type: 'regex', pattern: '[12][0-9]{3}' } });
    expect(year.choices[0]!.message.content).toMatch(/^[12]\d{3}$/);
  }, 120_000);

  test.each([
    [{ json_schema: { name: 'x', schema: { not: {} } } }, 'not'],
    [{ json_schema: { name: 'x', schema: false } }, 'no text'],
    [{ json_schema: { name: 'x', schema: { type: 'string', minLength: 60 } } }, '62 bytes'],
    [{ json_schema: { name: 'x' } }, 'json_schema'],
    [{ type: 'regex', pattern: '((a{1,99}){1,99}){1,99}' }, 'places'],
    [{ type: 'grammar', grammar: 'x' }, 'response_format'],
  ])('%j is refused, and nothing else fails', async (parameters, reason) => {
    const asked = ask({ response_format: { type: 'json_schema', ...parameters } });
    await expect(asked).rejects.toMatchObject({ status: 400, message: expect.stringContaining(reason) });
  });
});

describe('the tokenizer', () => {
  const ask = async (path: string, body: object) => (await postJson(`${started.url}${path}`, body)).json();

  test('turns texts into ids and back, in any script, and conversations as the model reads them', async () => {
    const text = 'Щука 日本 😀<|im_end|>';
    const answer = await ask('/tokenize', { prompt: text, add_special_tokens: false, return_token_strs: true });
    expect(answer).toMatchObject({ count: answer.tokens.length, max_model_len: 8192 });
    expect(answer.token_strs.at(-1)).toBe('<|im_end|>');
    expect(await ask('/detokenize', { tokens: answer.tokens })).toEqual({ prompt: text });
    expect((await ask('/tokenize', { messages: QUESTION })).count).toBe(37);
    const info = await (await fetch(`${started.url}/tokenizer_info`)).json();
    expect(info).toMatchObject({ eos_token: '<|im_end|>', chat_template: expect.stringContaining('im_start') });
  });

  test('an id out of the vocabulary is refused', async () => {
    expect(await ask('/detokenize', { tokens: [49_152] })).toMatchObject({
      error: { code: 'invalid_token_id', param: 'tokens' },
    });
  });
});

describe('SageMaker’s response streams', () => {
  async function stream(body: object): Promise<{ readonly parts: number; readonly text: string }> {
    const asked = { EndpointName: 'x', ContentType: 'application/json', Body: JSON.stringify(body) };
    const { Body } = await sagemaker.send(new InvokeEndpointWithResponseStreamCommand(asked));
    const parts: string[] = [];
    for await (const { PayloadPart } of Body!) parts.push(Buffer.from(PayloadPart?.Bytes ?? []).toString());
    return { parts: parts.length, text: parts.join('') };
  }
  const eventsOf = (text: string) =>
    text
      .trim()
      .split('\n\n')
      .map((event) => event.replace('data: ', ''))
      .filter((event) => event !== '[DONE]')
      .map((event) => JSON.parse(event));

  test('carry a chat’s events', async () => {
    const { parts, text } = await stream({ messages: QUESTION, max_tokens: 16, stream: true });
    expect(parts).toBeGreaterThan(3);
    const said = eventsOf(text).map(({ choices }) => choices[0]?.delta.content ?? '');
    expect(said.join('')).toBe(ANSWER);
  });

  test('carry the tokens of a text as TGI sends them, the end token last', async () => {
    const { text } = await stream({ inputs: [QUESTION], parameters: { max_new_tokens: 16 }, stream: true });
    const events = eventsOf(text);
    expect(events.map(({ token }) => (token.special ? '' : token.text)).join('')).toBe(ANSWER);
    expect(events.at(-1)).toMatchObject({ generated_text: ANSWER, token: { special: true, text: '<|im_end|>' } });
    expect(events.map(({ index }) => index)).toEqual(events.map((_, at) => at + 1));
  });

  test('carry a whole answer where none is streamed', async () => {
    const { text } = await stream({ inputs: 'One, two,', parameters: { max_new_tokens: 2 } });
    expect(JSON.parse(text)).toEqual([{ generated_text: expect.any(String) }]);
  });

  test('an error before the first event is the exception that SageMaker names', async () => {
    await expect(stream({ inputs: 5 })).rejects.toMatchObject({ name: 'ValidationError' });
    const long = { EndpointName: 'x', Body: JSON.stringify({ inputs: 'word '.repeat(9000) }) };
    await expect(sagemaker.send(new InvokeEndpointCommand(long))).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
