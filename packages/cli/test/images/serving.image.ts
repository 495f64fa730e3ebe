import { cp, mkdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Container, startContainer } from './run-in-root.ts';
import { openFolder } from './sagemaker-host.ts';

const { serving: image } = inject('images');
const MODEL = fileURLToPath(new URL('../../../../models/SmolLM2-135M-Instruct', import.meta.url));

let folder: string;
let running: Container | undefined;

beforeEach(async () => {
  folder = await openFolder(tmpdir());
});
afterEach(async () => {
  if (running?.child.exitCode === null) await running.kill('SIGKILL');
  await running?.ended;
  await rm(folder, { recursive: true, force: true });
});

/** As SageMaker starts it: `serve`, the model's data where they cannot be written, no way out, one way in. */
function serve(env: Readonly<Record<string, string>> = {}, port = 8080): Container {
  running = startContainer(image!, {
    command: [...image!.entrypoint, 'serve'],
    env,
    mounts: [{ from: join(folder, 'model'), to: '/opt/ml/model', isReadOnly: true }],
    relays: [`unix:${join(folder, 'in.sock')}>tcp:127.0.0.1:${port}`],
  });
  return running;
}

interface Answer {
  readonly status: number | undefined;
  readonly chunks: readonly string[];
}

function ask(path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const asked = request({ socketPath: join(folder, 'in.sock'), path, method }, (response) => {
      const chunks: string[] = [];
      response.on('data', (chunk) => chunks.push(String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode, chunks }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** SageMaker asks /ping until it says 200. */
async function inService({ child, said }: Container): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the container ended: ${said()}`);
    const ping = await ask('/ping').catch(() => undefined);
    if (ping?.status === 200) return;
    await sleep(100);
  }
}

describe.skipIf(image === undefined)('the image that serves', () => {
  test('serves the model of /opt/ml/model in network isolation, at once and as a stream, until SIGTERM', async () => {
    await cp(MODEL, join(folder, 'model'), { recursive: true });
    const container = serve();
    await inService(container);
    const parameters = { max_new_tokens: 12, temperature: 0 };
    const whole = await ask('/invocations', { inputs: 'The capital of France is', parameters });
    expect(whole.status, whole.chunks.join('')).toBe(200);
    const [{ generated_text: text }] = JSON.parse(whole.chunks.join('')) as [{ generated_text: string }];
    expect(text).toContain('Paris');
    const streamed = await ask('/invocations', { inputs: 'The capital of France is', parameters, stream: true });
    expect(streamed.status).toBe(200);
    const events = streamed.chunks
      .join('')
      .split('\n')
      .filter((line) => line.startsWith('data:'));
    const tokens = events.map((line) => JSON.parse(line.slice('data:'.length)) as { token: { text: string } });
    expect(tokens.length).toBeGreaterThan(3);
    expect(tokens.map(({ token }) => token.text).join('')).toBe(text);
    await container.kill('SIGTERM');
    const { signal } = await container.ended;
    expect(signal).toBe(null);
  });

  test('listens where SAGEMAKER_BIND_TO_PORT says', async () => {
    await cp(MODEL, join(folder, 'model'), { recursive: true });
    const container = serve({ SAGEMAKER_BIND_TO_PORT: '9000' }, 9000);
    await inService(container);
    expect((await ask('/ping')).status).toBe(200);
  });

  test('fails at start without a model, and says what it found', async () => {
    await mkdir(join(folder, 'model'));
    const { code, stderr } = await serve().ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('/opt/ml/model holds nothing')]);
  });

  test('fails at start where the archive has a folder around the model, and says where it lies', async () => {
    await cp(MODEL, join(folder, 'model/my-model'), { recursive: true });
    const { code, stderr } = await serve().ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('the model lies in /opt/ml/model/my-model: pack its files'),
    ]);
  });
});
