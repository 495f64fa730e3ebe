import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type LogProbability,
  type OpenaiModel,
  openOpenaiRunner,
  parseConfig,
  requireValid,
  resolveRunners,
} from '@assay/core';
import { openLocalModel } from '@assay/runner-local';
import { InvokeEndpointCommand, SageMakerRuntimeClient, ValidationError } from '@aws-sdk/client-sagemaker-runtime';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServedModel } from '../src/serve/served-model.ts';
import { assay, startAssay } from './assay.ts';
import { postJson, type StartedServer, startServer } from './model-server.ts';

const MODEL = 'SmolLM2-135M-Instruct';
const QUESTION = [{ role: 'user' as const, content: 'What is the capital of France?' }];

let main: ServedModel;
let embedding: ServedModel;
let started: StartedServer;
let client: OpenAI;

beforeAll(async () => {
  main = new ServedModel(await openLocalModel(MODEL, { causal: { workers: 2 } }), MODEL);
  embedding = new ServedModel(await openLocalModel('all-MiniLM-L6-v2'), 'all-MiniLM-L6-v2');
  started = await startServer({ main, embedding }, { token: 'a secret' });
  client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: 'a secret', maxRetries: 0 });
}, 60_000);
afterAll(async () => {
  await started?.stop();
  await Promise.all([main?.runner.close?.(), embedding?.runner.close?.()]);
});

describe('the openai client', () => {
  test('lists the models', async () => {
    const names: string[] = [];
    for await (const { id } of client.models.list()) names.push(id);
    expect(names).toEqual([MODEL, 'all-MiniLM-L6-v2']);
    expect(await client.models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model' });
  });

  test('chats', async () => {
    const answer = await client.chat.completions.create({
      model: MODEL,
      messages: QUESTION,
      max_tokens: 16,
      logprobs: true,
      top_logprobs: 1,
    });
    expect(answer.choices[0]).toMatchObject({
      message: { role: 'assistant', content: 'The capital of France is Paris.' },
      finish_reason: 'stop',
    });
    expect(answer.usage).toEqual({ prompt_tokens: 37, completion_tokens: 8, total_tokens: 45 });
    const tokens = answer.choices[0]?.logprobs?.content ?? [];
    expect(tokens.map(({ token }) => token).join('')).toBe('The capital of France is Paris.<|im_end|>');
    for (const { token, logprob, top_logprobs: top } of tokens) expect(top[0]).toMatchObject({ token, logprob });
  });

  test('streams the same text in several pieces, and the usage at the end', async () => {
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: QUESTION,
      max_tokens: 16,
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    let [finish, tokens] = ['', 0];
    for await (const { choices, usage } of stream) {
      const [choice] = choices;
      if (choice?.delta.content) pieces.push(choice.delta.content);
      finish = choice?.finish_reason ?? finish;
      tokens = usage?.total_tokens ?? tokens;
    }
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe('The capital of France is Paris.');
    expect([finish, tokens]).toEqual(['stop', 45]);
  });

  test('completes text, with stop strings and several choices', async () => {
    const { choices } = await client.completions.create({
      model: MODEL,
      prompt: ['One, two, three,', 'The capital of France is'],
      max_tokens: 4,
      stop: ['five'],
      n: 2,
    });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(choices[0]).toMatchObject({ text: ' four, ', finish_reason: 'stop' });
    expect(choices[1]?.text).toBe(choices[0]?.text);
    expect(choices[2]?.text).toMatch(/^ Paris/);
    const pieces: string[] = [];
    const stream = await client.completions.create({
      model: MODEL,
      prompt: 'One, two, three,',
      max_tokens: 4,
      stream: true,
    });
    for await (const chunk of stream) pieces.push(chunk.choices[0]?.text ?? '');
    expect(pieces.join('')).toMatch(/^ four/);
  });

  test('asks for log-probabilities of a text', async () => {
    const prompt = 'The capital of France is Paris';
    const answer = await client.completions.create({ model: MODEL, prompt, max_tokens: 0, echo: true, logprobs: 1 });
    const { text, logprobs } = answer.choices[0]!;
    expect(text).toBe(prompt);
    expect(logprobs?.tokens).toEqual(['The', ' capital', ' of', ' France', ' is', ' Paris']);
    expect(logprobs?.text_offset).toEqual([0, 3, 11, 14, 21, 24]);
    const [first, ...rest] = logprobs?.token_logprobs ?? [];
    expect(first).toBeNull();
    const request = { id: 'direct', prompt: 'The', continuation: ' capital of France is Paris' };
    for await (const direct of main.runner.logProbabilities!([request], {})) {
      expect(direct.ok && direct.tokenLogProbabilities.map((value) => value.toFixed(3))).toEqual(
        rest.map((value) => value.toFixed(3)),
      );
    }
    expect(Object.keys(logprobs?.top_logprobs?.[5] ?? {})).toEqual([' Paris']);
  });

  test('embeds texts', async () => {
    const input = ['A cat sits on the mat.', 'On the mat sits a cat.', 'Interest rates rose.'];
    const { data } = await client.embeddings.create({ model: 'all-MiniLM-L6-v2', input });
    const vectors = data.map((row) => row.embedding);
    const cosine = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
    expect(vectors.map(({ length }) => length)).toEqual([384, 384, 384]);
    expect(cosine(vectors[0]!, vectors[1]!)).toBeGreaterThan(0.8);
    expect(cosine(vectors[0]!, vectors[2]!)).toBeLessThan(0.3);
    const plain = await client.embeddings.create({
      model: 'all-MiniLM-L6-v2',
      input: input[0]!,
      encoding_format: 'float',
    });
    expect(plain.data[0]?.embedding).toEqual(vectors[0]);
  });

  test('gets errors that it understands', async () => {
    const ask = (body: object) =>
      client.chat.completions.create({ model: MODEL, messages: QUESTION, ...body } as never);
    await expect(ask({ max_tokens: -1 })).rejects.toMatchObject({
      status: 400,
      param: 'max_tokens',
      code: 'invalid_value',
    });
    await expect(ask({ tools: [{ type: 'function' }] })).rejects.toMatchObject({
      status: 400,
      code: 'unsupported_parameter',
    });
    await expect(ask({ model: 'gpt-4' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    const long = [{ role: 'user', content: 'word '.repeat(9000) }];
    await expect(ask({ messages: long })).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
    await expect(ask({ messages: long, stream: true })).rejects.toMatchObject({ status: 400 });
    const stranger = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: 'another', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    await expect(client.embeddings.create({ model: MODEL, input: 'x' })).rejects.toMatchObject({ status: 404 });
  });
});

test('eighty requests at once are answered as alone, and twenty clients that hang up leave nothing behind', async () => {
  const ask = (at: number, signal?: AbortSignal) =>
    client.chat.completions.create(
      { model: MODEL, messages: [{ role: 'user', content: `Say ${at % 7}.` }], max_tokens: 4 },
      signal === undefined ? {} : { signal },
    );
  const alone: (string | null | undefined)[] = [];
  for (let at = 0; at < 7; at++) alone.push((await ask(at)).choices[0]?.message.content);
  // More than work at once, so that some wait; serve-load.test.ts has what is beyond the queue too.
  const dropped = Array.from({ length: 20 }, async (_, at) => {
    const controller = new AbortController();
    const asked = ask(at, controller.signal).then(
      () => 'answered',
      () => 'dropped',
    );
    await sleep(10 * at);
    controller.abort();
    return asked;
  });
  const answers = await Promise.all(Array.from({ length: 80 }, (_, at) => ask(at)));
  expect(await Promise.all(dropped)).toContain('dropped');
  const texts = answers.map(({ choices }) => choices[0]?.message.content);
  expect(texts).toEqual(texts.map((_, at) => alone[at % 7]));
  await expect.poll(() => started.admission.load).toEqual({ working: 0, waiting: 0 });
  expect((await ask(0)).choices[0]?.message.content).toBe(alone[0]);
}, 180_000);

test('assay’s own openai runner scores through the server as the model does directly', async () => {
  const text = `dataset: { input_data_location: x.jsonl, model_input_key: q }
models: [{ name: served, openai: { base_url: "${started.url}/v1", model: ${MODEL}, api_key_env: SERVE_TEST_KEY } }]
algorithms: [{ algorithm: factual_knowledge }]`;
  const [model] = resolveRunners(requireValid(parseConfig(text, 'config.yaml')), {});
  process.env.SERVE_TEST_KEY = 'a secret';
  const runner = await openOpenaiRunner(model as OpenaiModel);
  const requests = [' Paris', ' London'].map((continuation) => ({
    id: continuation,
    prompt: 'The capital of France is',
    continuation,
  }));
  const scores = async (stream: AsyncIterable<LogProbability>) => {
    const found: Record<string, unknown> = {};
    for await (const score of stream)
      found[score.id] = score.ok ? [score.logProbability.toFixed(3), score.isGreedy] : score.error;
    return found;
  };
  expect(await scores(runner.logProbabilities(requests, {}))).toEqual(
    await scores(main.runner.logProbabilities!(requests, {})),
  );
});

describe('the SageMaker client', () => {
  let open: StartedServer;
  let sagemaker: SageMakerRuntimeClient;
  beforeAll(async () => {
    open = await startServer({ main });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    sagemaker = new SageMakerRuntimeClient({ endpoint: open.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterAll(() => open?.stop());

  async function invoke(body: unknown): Promise<unknown> {
    const command = new InvokeEndpointCommand({
      EndpointName: 'x',
      ContentType: 'application/json',
      Body: JSON.stringify(body),
    });
    return JSON.parse((await sagemaker.send(command)).Body.transformToString());
  }

  test('sends a prompt and gets generated_text', async () => {
    const parameters = { max_new_tokens: 4, do_sample: false, details: true, decoder_input_details: true };
    const [first] = (await invoke({ inputs: 'The capital of France is', parameters })) as [Record<string, never>];
    expect(first.generated_text).toMatch(/^ Paris/);
    expect(first.details).toMatchObject({ generated_tokens: 4, finish_reason: 'length' });
    expect((first.details as unknown as { prefill: { text: string }[] }).prefill.map(({ text }) => text).join('')).toBe(
      'The capital of France is',
    );
  });

  test('sends conversations and gets generation', async () => {
    const parameters = { max_new_tokens: 16 };
    expect(await invoke({ inputs: [QUESTION], parameters })).toEqual([
      { generation: { role: 'assistant', content: 'The capital of France is Paris.' } },
    ]);
    expect(await invoke({ messages: QUESTION, max_tokens: 4 })).toMatchObject({ object: 'chat.completion' });
  });

  test('raises its own error for a bad request', async () => {
    const asked = invoke({ inputs: 5 });
    await expect(asked).rejects.toBeInstanceOf(ValidationError);
    await expect(asked).rejects.toMatchObject({ message: expect.stringContaining('inputs') });
  });

  test('answers /ping and /invocations without an endpoint name', async () => {
    expect((await fetch(`${open.url}/ping`)).status).toBe(200);
    const answer = await postJson(`${open.url}/invocations`, {
      inputs: ['One, two,'],
      parameters: { max_new_tokens: 2 },
    });
    expect(await answer.json()).toEqual([{ generated_text: ' or three' }]);
  });
});

describe('assay serve off loopback', () => {
  test('needs a token, or to be told that none is wanted', async () => {
    const refused = await assay(['serve', MODEL, '--host', '0.0.0.0', '--port', '0'], tmpdir());
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--no-token');

    const { child, finished } = startAssay(
      ['serve', MODEL, '--host', '0.0.0.0', '--port', '0', '--no-token'],
      tmpdir(),
      // As it stands in an image whose other users need it.
      { ASSAY_SERVE_TOKEN: 'a secret' },
    );
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    const port = /:(\d+)\/v1/.exec(String(line))?.[1];
    expect((await fetch(`http://127.0.0.1:${port}/v1/models`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await finished).code).toBe(0);
  }, 60_000);
});
