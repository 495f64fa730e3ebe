import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { resolveRunners } from '../config/resolve-runners.ts';
import type { Completion } from '../runner/runner.ts';
import type { Clock } from '../storage/clock.ts';
import type { OpenaiModel } from './openai-model.ts';
import { createOpenaiRunner } from './openai-runner.ts';

/** A whole answer of each API. */
const ANSWERS: Readonly<Record<string, object>> = {
  chat: { choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }] },
  completions: { choices: [{ text: 'whole', finish_reason: 'stop' }] },
  messages: { content: [{ type: 'text', text: 'whole' }], stop_reason: 'end_turn' },
  responses: { status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: 'whole' }] }] },
  gemini: { candidates: [{ content: { parts: [{ text: 'whole' }] }, finishReason: 'STOP' }] },
};
const APIS = Object.keys(ANSWERS);

let server: Server;
let asked: number;
/** How many answers are cut, and where: the connection ends within one, or its text does. */
let cut: { readonly first: number; readonly by: 'connection' | 'text' };

beforeEach(async () => {
  asked = 0;
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const whole = JSON.stringify(ANSWERS[apiOf(request.url!, JSON.parse(text))]);
    const half = whole.slice(0, whole.length / 2);
    const isCut = asked++ < cut.first;
    response.setHeader('content-type', 'application/json');
    if (!isCut) response.end(whole);
    else if (cut.by === 'text') response.end(half);
    else {
      response.setHeader('content-length', whole.length);
      response.write(half, () => response.socket!.destroy());
    }
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

function apiOf(path: string, body: object): string {
  const [, last = ''] = /\/([\w.-]+?)(?::generateContent)?$/.exec(path) ?? [];
  if (path.includes(':generateContent')) return 'gemini';
  return last === 'completions' && 'messages' in body ? 'chat' : last;
}

const clock: Clock = { now: () => 0, sleep: async () => {} };

async function ask(api: string, prompts: number): Promise<Completion[]> {
  const { port } = server.address() as AddressInfo;
  const text = `dataset: { input_data_location: d.jsonl }
algorithms: [{ algorithm: toxicity }]
models: [{ name: m, openai: { base_url: 'http://127.0.0.1:${port}/v1', model: tiny, api: ${api} } }]`;
  const [model] = resolveRunners(requireValid(parseConfig(text, '/c.yaml')));
  const runner = createOpenaiRunner(model as OpenaiModel, { clock, env: {}, concurrency: 1 });
  const answers: Completion[] = [];
  const questions = Array.from({ length: prompts }, (_, i) => ({ id: String(i), text: `Q${i}` }));
  for await (const answer of runner.generate(questions, {})) answers.push(answer);
  return answers;
}

test.each(APIS)('%s: an answer whose connection ends half-way is asked for again', async (api) => {
  cut = { first: 1, by: 'connection' };
  expect(await ask(api, 1)).toMatchObject([{ ok: true, text: 'whole', attempts: 2 }]);
  expect(asked).toBe(2);
});

test.each(APIS)('%s: half an answer is no answer, and the next question has its own', async (api) => {
  cut = { first: 1, by: 'text' };
  const answers = await ask(api, 2);
  expect(answers).toMatchObject([
    { id: '0', ok: false, state: 'failed', error: { code: 'RUNNER_FAILED' } },
    { id: '1', ok: true, text: 'whole' },
  ]);
});

test('a server that never comes to an end of an answer fails the sample, after as many attempts as any', async () => {
  cut = { first: Number.POSITIVE_INFINITY, by: 'connection' };
  const [answer] = await ask('chat', 1);
  expect(answer).toMatchObject({ ok: false, state: 'failed' });
  expect(asked).toBe(answer!.attempts);
  expect(asked).toBeGreaterThan(1);
});
