import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { resolveRunners } from '../config/resolve-runners.ts';
import type { Completion, GenerateOptions, LogProbability, Prompt, RunnerWith } from '../runner/runner.ts';
import type { Clock } from '../storage/clock.ts';
import type { OpenaiModel } from './openai-model.ts';
import { createOpenaiRunner } from './openai-runner.ts';

interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}
interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

let server: Server;
let seen: Seen[];
let reply: (request: Seen) => Reply | 'reset';
const at = (): number => (server.address() as AddressInfo).port;

beforeEach(async () => {
  seen = [];
  reply = ({ body }) => chat(`echo ${(body.messages as { content: string }[]).at(-1)!.content}`);
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const got = { path: request.url!, headers: request.headers, body: JSON.parse(text) };
      seen.push(got);
      const answer = reply(got);
      if (answer === 'reset') {
        response.socket!.destroy();
        return;
      }
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(
  () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
);

const chat = (content: string): Reply => ({
  body: {
    choices: [{ message: { content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 2 },
  },
});

const waits: number[] = [];
const clock: Clock = {
  now: () => 0,
  sleep: async (ms) => {
    waits.push(ms);
  },
};

function open(block = '', model = '', env: Record<string, string> = {}): RunnerWith<'generate' | 'logProbabilities'> {
  const text = `dataset: { input_data_location: d.jsonl }
algorithms: [{ algorithm: toxicity }]
models: [{ name: m, openai: { base_url: 'http://127.0.0.1:${at()}/v1/', model: tiny${block} }${model} }]`;
  const [resolved] = resolveRunners(requireValid(parseConfig(text, '/c.yaml')));
  return createOpenaiRunner(resolved as OpenaiModel, { clock, env });
}

async function ask(
  runner: RunnerWith<'generate'>,
  prompt: Partial<Prompt> = {},
  options: GenerateOptions = {},
): Promise<Completion> {
  for await (const answer of runner.generate([{ id: 'a', text: 'Q', ...prompt }], options)) return answer;
  throw new Error('no answer');
}

test('a chat is asked with its messages, the options by the server’s names', async () => {
  const messages = [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'Q' },
  ] as const;
  const options = { maxNewTokens: 9, temperature: 0.5, topP: 0.9, stop: ['\n'] };
  expect(await ask(open(), { messages, seed: 2 ** 40 + 7 }, options)).toMatchObject({
    ok: true,
    text: 'echo Q',
    finishReason: 'stop',
    promptTokens: 5,
    newTokens: 2,
    attempts: 1,
  });
  expect(seen[0]!.path).toBe('/v1/chat/completions');
  expect(seen[0]!.body).toEqual({
    model: 'tiny',
    messages,
    max_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    stop: ['\n'],
    seed: 7,
  });
});

test('a temperature of 0 is sent and greedy; another, or do_sample, samples', () => {
  expect(open().isGreedy?.({})).toBe(true);
  expect(open().isGreedy?.({ temperature: 0.5 })).toBe(false);
  const own = ', evaluation_config: { inference_parameters: { do_sample: true } }';
  expect(open('', own).isGreedy?.({})).toBe(false);
});

test('the completions API gets the text, and parameters of the server’s own are passed on', async () => {
  reply = () => ({ body: { choices: [{ text: 'plain', finish_reason: 'length' }] } });
  const own = ', evaluation_config: { inference_parameters: { guided_regex: "[ab]", max_new_tokens: 3 } }';
  expect(await ask(open(', api: completions', own), {}, { maxNewTokens: 3 })).toMatchObject({
    text: 'plain',
    finishReason: 'length',
  });
  expect(seen[0]!.path).toBe('/v1/completions');
  expect(seen[0]!.body).toEqual({ model: 'tiny', prompt: 'Q', max_tokens: 3, temperature: 0, guided_regex: '[ab]' });
});

test('the key comes from the named variable alone, and shows in no error', async () => {
  const block = ', api_key_env: MY_KEY';
  expect(() => open(block)).toThrow('needs a key in MY_KEY, which is not set');
  await ask(open(block, '', { MY_KEY: 'sk-123' }));
  expect(seen[0]!.headers.authorization).toBe('Bearer sk-123');
  await ask(open('', '', { OPENAI_API_KEY: 'sk-999' }));
  expect(seen[1]!.headers.authorization).toBeUndefined();
  reply = () => ({ status: 400, body: { error: { message: 'bad key sk-123' } } });
  const failed = await ask(open(block, '', { MY_KEY: 'sk-123' }));
  expect(failed).toMatchObject({ ok: false, attempts: 1 });
  expect(JSON.stringify(failed)).not.toContain('sk-123');
});

test('throttling, failures and resets are tried again; Retry-After is kept to', async () => {
  const replies: (Reply | 'reset')[] = [
    { status: 429, headers: { 'retry-after': '40' }, body: {} },
    { status: 503, body: 'busy' },
    'reset',
    chat('at last'),
  ];
  reply = () => replies.shift()!;
  waits.length = 0;
  expect(await ask(open())).toMatchObject({ ok: true, text: 'at last', attempts: 4 });
  expect(waits[0]).toBe(40_000);
});

test.each([
  [
    400,
    { error: { message: "This model's maximum context length is 4096 tokens" } },
    'truncated',
    'RUNNER_PROMPT_TOO_LONG',
  ],
  [400, { error: { message: 'no', code: 'content_filter' } }, 'refused', 'RUNNER_REFUSED'],
  [422, { error: { message: 'temperature' } }, 'failed', 'RUNNER_FAILED'],
  [200, { choices: [{ message: { content: null, refusal: 'I will not' } }] }, 'refused', 'RUNNER_REFUSED'],
  [200, { choices: [{ message: {} }] }, 'failed', 'RUNNER_NO_ANSWER'],
  [200, '<html>', 'failed', 'RUNNER_FAILED'],
])('status %i with %j ends the sample as %s, asked once', async (status, body, state, code) => {
  reply = () => ({ status, body });
  expect(await ask(open())).toMatchObject({ ok: false, state, attempts: 1, error: { code } });
});

test('a wrong key, a missing model and an empty quota end the run', async () => {
  reply = () => ({ status: 401, body: { error: { message: 'no' } } });
  await expect(ask(open())).rejects.toMatchObject({ hint: expect.stringContaining('api_key_env') });
  reply = () => ({ status: 404, body: { error: { message: 'no such model' } } });
  await expect(ask(open())).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  reply = () => ({ status: 429, body: { error: { code: 'insufficient_quota', message: 'pay' } } });
  await expect(ask(open())).rejects.toThrow('no quota left');
});

test('an empty answer is an answer', async () => {
  reply = () => chat('');
  expect(await ask(open())).toMatchObject({ ok: true, text: '' });
});

test('log-probabilities are those of the continuation’s tokens', async () => {
  reply = () => ({
    body: {
      choices: [
        {
          logprobs: {
            token_logprobs: [null, -1, -2, -0.5, -9],
            text_offset: [0, 1, 5, 9, 13],
            top_logprobs: [null, { x: -0.1 }, { ' sat': -2 }, { ' up': -0.2, ' now': -0.5 }, { z: -1 }],
          },
        },
      ],
    },
  });
  const requests = [{ id: 'a', prompt: '😀 cat', continuation: ' sat now' }];
  for await (const answer of open().logProbabilities(requests, {})) {
    expect(answer).toMatchObject({
      ok: true,
      tokenCount: 2,
      tokenLogProbabilities: [-2, -0.5],
      logProbability: -2.5,
      isGreedy: false,
      byteCount: 8,
    });
  }
  expect(seen[0]!.body).toMatchObject({ prompt: '😀 cat sat now', echo: true, logprobs: 1 });
});

function echo(values: readonly (number | null)[], offsets: readonly number[], top?: readonly unknown[]): Reply {
  return { body: { choices: [{ logprobs: { token_logprobs: values, text_offset: offsets, top_logprobs: top } }] } };
}

async function score(prompt: string, continuation: string, runner = open()): Promise<LogProbability> {
  for await (const answer of runner.logProbabilities([{ id: 'a', prompt, continuation }], {})) return answer;
  throw new Error('no answer');
}

test('a token that straddles the border counts whole', async () => {
  // "the c|at" as "the", " cat", and a token beyond the text.
  reply = () => echo([null, -2, -7], [0, 3, 7], [null, { ' cat': -2 }, { x: -1 }]);
  expect(await score('the c', 'at')).toMatchObject({ tokenCount: 1, logProbability: -2, isGreedy: true });
});

test('without first choices to compare with, nothing counts as greedy', async () => {
  reply = () => echo([null, -1], [0, 3]);
  expect(await score('the', ' cat')).toMatchObject({ ok: true, logProbability: -1, isGreedy: false });
});

test.each([
  [200, { choices: [{ text: 'x', logprobs: null }] }],
  [400, { error: { message: 'Setting "echo" and "logprobs" is not supported by this model' } }],
])('a server that does not echo ends the run at the first call (status %i)', async (status, body) => {
  reply = () => ({ status, body });
  const requests = ['a', 'b', 'c'].map((id) => ({ id, prompt: '', continuation: 'x' }));
  const runner = open('', ', evaluation_config: {}, limits: { max_concurrency: 1 }');
  const asked = async () => {
    for await (const _ of runner.logProbabilities(requests, {}));
  };
  await expect(asked()).rejects.toMatchObject({ code: 'RUNNER_CAPABILITY', hint: expect.stringContaining('echo') });
  expect(seen).toHaveLength(1);
});

test('tokens of one character at the border count together', async () => {
  // "a |é" as "a", and a token of the blank and half the character, and the other half.
  reply = () => echo([null, -2, -7, -9], [0, 1, 1, 3], [null, { x: -2 }, { y: -7 }, { z: -1 }]);
  expect(await score('a ', 'é')).toMatchObject({ tokenLogProbabilities: [-2, -7] });
});

test('a server that has echoed before fails only the sample that it does not echo', async () => {
  const runner = open();
  reply = () => echo([null, -1], [0, 3]);
  await score('the', ' cat', runner);
  reply = () => ({ body: { choices: [{ text: 'x', logprobs: null }] } });
  expect(await score('the', ' cat', runner)).toMatchObject({ ok: false, error: { code: 'RUNNER_CAPABILITY' } });
});

test('tokens with their log-probabilities are asked of the chat API, and joined they are the text', async () => {
  const token = (bytes: readonly number[], logprob: number, best = 'B') => ({
    token: 'partial',
    bytes,
    logprob,
    top_logprobs: [{ token: best, logprob: -0.1 }],
  });
  const [first, ...others] = [...Buffer.from('é')];
  const content = [token([first!], -1), token(others, -2), token([...Buffer.from('!')], -0.1, '!'), token([60], -3)];
  reply = () => ({ body: { choices: [{ message: { content: 'é!' }, logprobs: { content } }] } });
  expect(await ask(open(), {}, { logProbabilities: true })).toMatchObject({
    tokens: [
      { text: '', logProbability: -1, top: [{ text: 'B', logProbability: -0.1 }] },
      { text: 'é', logProbability: -2 },
      { text: '!', logProbability: -0.1, top: [{ text: '!' }] },
    ],
  });
  expect(seen[0]!.body).toMatchObject({ logprobs: true, top_logprobs: 1 });
});

test('tokens with their log-probabilities are asked of the completions API', async () => {
  const logprobs = { tokens: ['a', ' b'], token_logprobs: [-1, -2], top_logprobs: [{ x: -0.5, a: -1 }, { ' b': -2 }] };
  reply = () => ({ body: { choices: [{ text: 'a b', logprobs }] } });
  expect(await ask(open(', api: completions'), {}, { logProbabilities: true })).toMatchObject({
    tokens: [
      { text: 'a', logProbability: -1, top: [{ text: 'x', logProbability: -0.5 }, { text: 'a' }] },
      { text: ' b', logProbability: -2, top: [{ text: ' b', logProbability: -2 }] },
    ],
  });
  expect(seen[0]!.body).toMatchObject({ logprobs: 1 });
});

test('tokens that are not the text’s are left out', async () => {
  reply = () => ({ body: { choices: [{ text: 'a b', logprobs: { tokens: ['c'], token_logprobs: [-1] } }] } });
  const answer = await ask(open(', api: completions'), {}, { logProbabilities: true });
  expect(answer).toMatchObject({ ok: true, text: 'a b' });
  expect(answer).not.toHaveProperty('tokens');
});

test.each([
  [
    { type: 'json_schema', schema: { type: 'object' } },
    {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
      },
    },
  ],
  [{ type: 'regex', pattern: '[0-9]+' }, { structured_outputs: { regex: '[0-9]+' } }],
  [{ type: 'choice', choices: ['a', 'b'] }, { structured_outputs: { choice: ['a', 'b'] } }],
] as const)('a form of the answer is asked for: %j', async (constraint, expected) => {
  await ask(open(), {}, { constraint });
  expect(seen[0]!.body).toMatchObject(expected);
  // A question's own form comes before the model's.
  await ask(open(), { constraint }, { constraint: { type: 'choice', choices: ['z'] } });
  expect(seen[1]!.body).toMatchObject(expected);
});
