import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { AssayError, type Completion, createScriptedRunner, type ErrorData, type Runner } from 'assay/internal';
import { afterEach, expect, test } from 'vitest';
import { postJson, type StartedServer, startServer } from '../../test/model-server.ts';
import type { ModelServerOptions } from './create-model-server.ts';
import { ServedModel } from './served-model.ts';

let started: StartedServer | undefined;
afterEach(() => started?.stop());

async function start(runner: Partial<Runner>, options: Partial<ModelServerOptions> = {}): Promise<string> {
  const whole = { ...(await createScriptedRunner({ answers: [], otherwise: 'yes' })), ...runner };
  started = await startServer({ main: new ServedModel(whole, 'small') }, options);
  return started.url;
}

const chat = { messages: [{ role: 'user', content: 'Well?' }] };

/** A runner whose answers wait until they are let go. */
function gated(): { readonly runner: Partial<Runner>; readonly letGo: () => void } {
  let letGo = (): void => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  async function* generate(): AsyncGenerator<Completion> {
    await gate;
    yield { id: '0', ok: true, text: 'done', finishReason: 'stop', elapsedMs: 0 };
  }
  return { runner: { generate }, letGo };
}

test('a failure tells the client neither paths nor messages, and the server’s log all of it', async () => {
  const logged: unknown[] = [];
  const error = new AssayError('MODEL_LOAD', 'cannot read /home/ada/secret.onnx').toData();
  async function* generate(): AsyncGenerator<Completion> {
    yield { id: '0', ok: false, state: 'failed', error };
  }
  const url = await start({ generate }, { hooks: { onFailure: (thrown) => logged.push(thrown) } });
  const answer = await postJson(`${url}/v1/chat/completions`, chat);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
  expect(logged).toEqual([error]);
});

test('a full queue answers 429 with Retry-After, and those inside are still answered', async () => {
  const { runner, letGo } = gated();
  const url = await start(runner, { concurrency: 1, queue: 1 });
  const inside = [postJson(`${url}/v1/chat/completions`, chat), postJson(`${url}/v1/chat/completions`, chat)];
  await expect.poll(() => started?.admission.load).toEqual({ working: 1, waiting: 1 });
  const turnedAway = await postJson(`${url}/v1/chat/completions`, chat);
  expect([turnedAway.status, turnedAway.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await turnedAway.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'queue_full' } });
  letGo();
  expect((await Promise.all(inside)).map(({ status }) => status)).toEqual([200, 200]);
});

test('a request for which there is no place is turned away by its head: nothing of its body is waited for', async () => {
  const { runner, letGo } = gated();
  const url = await start(runner, { concurrency: 1, queue: 0 });
  const first = postJson(`${url}/v1/chat/completions`, chat);
  await expect.poll(() => started?.admission.load.working).toBe(1);
  const large = request(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-length': 3_500_000 } });
  large.on('error', () => {});
  large.flushHeaders();
  const [answer] = (await once(large, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(429);
  expect(started?.admission.inside).toBe(1);
  large.destroy();
  letGo();
  expect((await first).status).toBe(200);
});

test('a client that hangs up while it waits gives its place in the queue back', async () => {
  const { runner, letGo } = gated();
  const url = await start(runner, { concurrency: 1, queue: 1 });
  const first = postJson(`${url}/v1/chat/completions`, chat);
  await expect.poll(() => started?.admission.load.working).toBe(1);
  const controller = new AbortController();
  const second = postJson(`${url}/v1/chat/completions`, chat, { signal: controller.signal }).catch(() => 'gone');
  await expect.poll(() => started?.admission.load.waiting).toBe(1);
  controller.abort();
  expect(await second).toBe('gone');
  await expect.poll(() => started?.admission.load.waiting).toBe(0);
  letGo();
  expect((await first).status).toBe(200);
});

test('connections are bounded, idle ones too: the next is closed, and those that stand are answered', async () => {
  const url = new URL(await start({}, { connections: 2 }));
  const opened = async (): Promise<Socket> => {
    const socket = connect(Number(url.port), url.hostname).on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const [first, second] = [await opened(), await opened()];
  const third = await opened();
  if (!third.closed) await once(third, 'close');
  first.write(`GET /v1/models HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n\r\n`);
  const [answer] = (await once(first, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 200/);
  second.destroy();
});

test('a client that is slow to send takes no place from the others, and metrics tell of all', async () => {
  const url = await start({}, { concurrency: 1, queue: 1 });
  const slow = request(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-length': 1000 } });
  slow.on('error', () => {});
  slow.write('{');
  await expect.poll(() => started?.admission.inside).toBe(1);
  expect((await postJson(`${url}/v1/chat/completions`, chat)).status).toBe(200);
  expect((await postJson(`${url}/v1/nothing`, chat)).status).toBe(404);
  slow.destroy();
  await expect.poll(() => started?.admission.inside).toBe(0);
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('version=0.0.4');
  const lines = (await answer.text()).split('\n');
  expect(lines).toContain('assay_requests_total{path="/v1/chat/completions",status="200"} 1');
  expect(lines).toContain('assay_requests_total{path="other",status="404"} 1');
  expect(lines).toContain('assay_requests_dropped_total 1');
  expect(lines).toContain('assay_request_seconds_count{path="/v1/chat/completions"} 1');
  expect(lines).toContain('assay_requests_inside 0');
});

test('stopping finishes what runs', async () => {
  const { runner, letGo } = gated();
  const url = await start(runner);
  const asked = postJson(`${url}/v1/chat/completions`, chat);
  await expect.poll(() => started?.admission.load.working).toBe(1);
  const stopped = started?.stop();
  letGo();
  expect(await (await asked).json()).toMatchObject({ choices: [{ message: { content: 'done' } }] });
  await stopped;
  await expect(fetch(`${url}/ping`)).rejects.toThrow();
  started = undefined;
});

test('a body beyond the limit, or that is no JSON, is refused', async () => {
  const url = await start({}, { bodyLimitBytes: 2048 });
  const large = { messages: [{ role: 'user', content: 'x'.repeat(4096) }] };
  expect((await postJson(`${url}/v1/chat/completions`, large)).status).toBe(413);
  for (const body of ['{', '[]', 'null', '']) {
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body });
    expect([answer.status, (await answer.json()).error.code]).toEqual([400, 'invalid_json']);
  }
});

test('web pages and other machines’ names are turned away', async () => {
  const url = await start({});
  const page = await postJson(`${url}/v1/chat/completions`, chat, { headers: { origin: 'https://example.org' } });
  expect([page.status, page.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  const { request } = await import('node:http');
  const status = await new Promise((resolve) => {
    request(`${url}/v1/models`, { headers: { host: 'rebound.example.org' } }, ({ statusCode }) =>
      resolve(statusCode),
    ).end();
  });
  expect(status).toBe(403);
});

test('a model whose workers died for good is told by /ping', async () => {
  let failure: ErrorData | null = null;
  const url = await start({ failure: () => failure });
  expect((await fetch(`${url}/ping`)).status).toBe(200);
  failure = new AssayError('RUNNER_CRASHED', 'gone').toData();
  expect((await fetch(`${url}/ping`)).status).toBe(503);
});

test('unknown paths and methods are told', async () => {
  const url = await start({});
  expect((await fetch(`${url}/v1/nothing`)).status).toBe(404);
  const get = await fetch(`${url}/v1/completions`);
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await postJson(`${url}/v1/embeddings`, { input: 'x' })).status).toBe(400);
  expect((await postJson(`${url}/endpoints/constructor/nothing`, {})).status).toBe(404);
});

test('a failure in the middle of a stream is its last event', async () => {
  const error = new AssayError('RUNNER_CRASHED', 'gone').toData();
  const generate: Runner['generate'] = async function* (_, { onText }) {
    onText?.({ id: '0', text: 'half' });
    yield { id: '0', ok: false, state: 'failed', error };
  };
  const url = await start({ generate });
  const answer = await postJson(`${url}/v1/chat/completions`, { ...chat, stream: true });
  const events = (await answer.text()).trim().split('\n\n');
  expect(events[0]).toContain('half');
  expect(JSON.parse(events.at(-1)!.slice('data: '.length))).toMatchObject({ error: { code: 'runner_crashed' } });
});

test('a runner that cannot tell text as it comes streams the whole in one piece', async () => {
  const url = await start({});
  const answer = await postJson(`${url}/v1/chat/completions`, { ...chat, stream: true });
  expect(await answer.text()).toContain('"content":"yes"');
});
