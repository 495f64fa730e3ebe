import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAssay } from './assay.ts';
import { postJson } from './model-server.ts';

const MODEL = 'SmolLM2-135M-Instruct';
/** In three scripts and of several lengths, so that they are batched with others. */
const QUESTIONS = [
  'Say 1.',
  'Which river flows through Paris, the capital of France?',
  'Столица России?',
  '日本の首都は?',
  'Count to three.',
];

let server: ReturnType<typeof startAssay>;
let url: string;

beforeAll(async () => {
  server = startAssay(['serve', MODEL, '--port', '0'], tmpdir());
  const [line] = (await once(server.child.stdout!, 'data')) as [Buffer];
  url = /(http:\S+)\/v1/.exec(String(line))![1]!;
}, 120_000);
afterAll(async () => {
  server?.child.kill('SIGTERM');
  await server?.finished;
}, 60_000);

const bodyOf = (at: number) => ({
  model: MODEL,
  messages: [{ role: 'user', content: QUESTIONS[at % QUESTIONS.length]! }],
  max_tokens: 6,
});

/** Asks again where the queue is full, as OpenAI's clients do. */
async function ask(at: number, signal?: AbortSignal): Promise<string> {
  for (;;) {
    const answer = await postJson(`${url}/v1/chat/completions`, bodyOf(at), signal === undefined ? {} : { signal });
    const body = await answer.json();
    if (answer.status === 200) return body.choices[0].message.content;
    expect([answer.status, body.error.code]).toEqual([429, 'queue_full']);
    await sleep(1000 * Number(answer.headers.get('retry-after')));
  }
}

/** Sends its body in pieces, with pauses, and reads its stream as slowly. */
function slowly(at: number): Promise<string> {
  const text = JSON.stringify({ ...bodyOf(at), stream: true });
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/chat/completions`, { method: 'POST' }, async (response) => {
      let received = '';
      for await (const chunk of response) {
        received += chunk;
        await sleep(50);
      }
      const events = received.split('\n\n').filter((event) => event.startsWith('data: {'));
      resolve(events.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta.content ?? '').join(''));
    });
    asked.on('error', reject);
    void (async () => {
      for (let from = 0; from < text.length; from += 20) {
        asked.write(text.slice(from, from + 20));
        await sleep(40);
      }
      asked.end();
    })();
  });
}

/** 300 clients, 20 of them slow, and 50 that hang up at various times. */
async function storm(alone: readonly string[]): Promise<void> {
  const dropped = Array.from({ length: 50 }, async (_, at) => {
    const controller = new AbortController();
    const asked = ask(at, controller.signal).then(
      () => 'answered',
      () => 'dropped',
    );
    await sleep(20 * (at % 25));
    controller.abort();
    return asked;
  });
  const answers = await Promise.all(Array.from({ length: 300 }, (_, at) => (at % 15 === 0 ? slowly(at) : ask(at))));
  for (const [at, text] of answers.entries()) expect([at, text]).toEqual([at, alone[at % QUESTIONS.length]]);
  expect((await Promise.all(dropped)).filter((end) => end === 'dropped').length).toBeGreaterThan(25);
}

async function memoryMiB(): Promise<number> {
  const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024;
}

test('300 clients at once, slow ones among them, and 50 that hang up: answers as alone, nothing left, memory back', async () => {
  const alone: string[] = [];
  for (const at of QUESTIONS.keys()) alone.push(await ask(at));
  await storm(alone);
  const after: number[] = [await memoryMiB()];
  for (let round = 0; round < 1; round++) {
    await storm(alone);
    after.push(await memoryMiB());
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/^assay_requests_inside 0$/m);
  expect(await ask(0)).toBe(alone[0]);
  expect((await fetch(`${url}/ping`)).status).toBe(200);
  // The second storm brings as much as the first: what stays of it is no more than a tenth.
  expect([after, after[1]! < 1.1 * after[0]! + 20]).toEqual([after, true]);
}, 600_000);
