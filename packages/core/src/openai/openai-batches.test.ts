import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AnthropicVendor } from '../../test/batch/anthropic-vendor.ts';
import { modelOf, type VendorName } from '../../test/batch/batch-life.ts';
import { OpenaiVendor } from '../../test/batch/openai-vendor.ts';
import type { VendorOptions } from '../../test/batch/vendor-jobs.ts';
import type { Completion, Prompt } from '../runner/runner.ts';
import type { Clock } from '../storage/clock.ts';
import { createOpenaiBatches } from './create-openai-batches.ts';

const VENDORS: readonly VendorName[] = ['openai', 'anthropic'];
let folder: string;
let now: number;
const clock: Clock = {
  now: () => now,
  sleep: async (ms, signal) => {
    signal?.throwIfAborted();
    now += ms;
  },
};

beforeEach(async () => {
  now = 1_800_000_000_000;
  folder = await mkdtemp(join(tmpdir(), 'assay-batch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function vendorOf(name: VendorName, options: VendorOptions = {}): OpenaiVendor | AnthropicVendor {
  const given = { now: () => now, key: 'sk-secret', ...options };
  return name === 'openai' ? new OpenaiVendor(given) : new AnthropicVendor(given);
}

interface Asked {
  readonly answers: Record<string, string>;
  readonly thrown: { readonly code?: string; readonly message?: string } | undefined;
  readonly told: string[];
}

type Handle = (request: Request) => Promise<Response>;

/** One life of a run: what it answered, in words. */
async function ask(
  name: VendorName,
  handle: Handle,
  prompts: readonly Prompt[],
  signal?: AbortSignal,
  model = modelOf(name),
): Promise<Asked> {
  const told: string[] = [];
  const runner = await createOpenaiBatches(model, {
    ledgerFile: join(folder, 'batches.jsonl'),
    env: { KEY: 'sk-secret' },
    clock,
    fetch: (url, { redirect: _, ...init } = {}) => handle(new Request(url as string, init)),
    hooks: {
      onBatch: ({ said, done, total }) => told.push(`${said} ${done ?? '?'}/${total}`),
      onBatchFound: ({ requests }) => told.push(`found ${requests}`),
    },
  });
  const answers: Completion[] = [];
  let thrown: Asked['thrown'];
  try {
    for await (const answer of runner.generate(prompts, { ...model.generate, ...(signal && { signal }) }))
      answers.push(answer);
  } catch (caught) {
    thrown = caught as Error;
  } finally {
    await runner.close();
  }
  const words = answers.map((each) => [each.id, each.ok ? each.text : `${each.error.code} ${each.error.message}`]);
  return { answers: Object.fromEntries(words), thrown, told };
}

const questions = (n: number): Prompt[] =>
  Array.from({ length: n }, (_, i) => ({ id: `${i}/q`, text: `Question ${i}` }));

test.each(VENDORS)('%s: prompts leave together, and each answer comes back to its prompt', async (name) => {
  const vendor = vendorOf(name);
  const { answers, told } = await ask(name, vendor.handle, questions(4));
  expect(answers).toEqual(Object.fromEntries(questions(4).map(({ id, text }) => [id, `echo: ${text}`])));
  expect(vendor.jobs.map(({ requests }) => requests.length)).toEqual([4]);
  expect(told).toEqual(name === 'openai' ? ['in_progress 0/4', 'completed 4/4'] : ['in_progress ?/4', 'ended 4/4']);
});

test('Anthropic is asked by its own names: system apart, no temperature that nobody set', async () => {
  const vendor = vendorOf('anthropic');
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Who?' },
  ] as const;
  const { answers } = await ask('anthropic', vendor.handle, [{ id: 'a', text: 'x', messages }]);
  expect(answers).toEqual({ a: 'echo: Who?' });
  expect(vendor.jobs[0]!.requests[0]!.body).toEqual({
    model: 'tiny',
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'Who?' }],
    max_tokens: 64,
  });
});

test.each(['temperature: 0.5', 'top_k: 5'])(
  'with %s Anthropic is asked by the version that knows it',
  async (parameter) => {
    const vendor = vendorOf('anthropic');
    const model = modelOf('anthropic', `, evaluation_config: { inference_parameters: { ${parameter} } }`);
    const { answers } = await ask('anthropic', vendor.handle, questions(1), undefined, model);
    expect(answers).toEqual({ '0/q': 'echo: Question 0' });
    expect(vendor.jobs[0]!.requests[0]!.body).toMatchObject({
      [parameter.split(':')[0]!]: Number(parameter.split(':')[1]),
    });
  },
);

test.each([
  ['openai', 'expired', 'is expired'],
  ['openai', 'cancelled', 'is cancelled'],
  ['anthropic', 'expired', 'is expired'],
  ['anthropic', 'cancelled', 'is cancelled'],
] as const)(
  '%s: of a batch that %s, what was answered is kept, and a resume sends the rest',
  async (name, fate, said) => {
    const vendor = vendorOf(name, { fate: (n) => (n === 0 ? fate : 'completed') });
    const first = await ask(name, vendor.handle, questions(5));
    expect(Object.keys(first.answers).sort()).toEqual(['0/q', '2/q', '4/q']);
    expect(first.thrown).toMatchObject({ code: 'RUNNER_BATCH' });
    expect(first.thrown!.message).toContain('2 of 5 requests');
    expect(first.thrown!.message).toContain(said);
    const left = questions(5).filter(({ id }) => !(id in first.answers));
    const second = await ask(name, vendor.handle, left);
    expect(second.answers).toEqual({ '1/q': 'echo: Question 1', '3/q': 'echo: Question 3' });
    expect(vendor.jobs.map(({ requests }) => requests.length)).toEqual([5, 2]);
    expect(vendor.chargedTwice).toEqual([]);
  },
);

test('a batch that fails as a whole says why, and its requests may be sent again', async () => {
  const vendor = vendorOf('openai', { fate: (n) => (n === 0 ? 'failed' : 'completed') });
  const { answers, thrown } = await ask('openai', vendor.handle, questions(2));
  expect(answers).toEqual({});
  expect(thrown).toMatchObject({ code: 'RUNNER_BATCH' });
  expect(thrown!.message).toContain('Enqueued token limit reached');
  expect(Object.keys((await ask('openai', vendor.handle, questions(2))).answers)).toHaveLength(2);
});

test.each(VENDORS)(
  '%s: a request that is refused fails its own sample, and asked again it is sent again',
  async (name) => {
    const vendor = vendorOf(name, { fate: (n) => (n === 0 ? 'errors' : 'completed') });
    const { answers, thrown } = await ask(name, vendor.handle, questions(3));
    expect(thrown).toBeUndefined();
    expect(answers['0/q']).toBe('echo: Question 0');
    expect(answers['1/q']).toMatch(/^RUNNER_FAILED .*refused the request/);
    const again = await ask(name, vendor.handle, [questions(3)[1]!]);
    expect(again.answers).toEqual({ '1/q': 'echo: Question 1' });
  },
);

test.each(VENDORS)('%s: a run that goes on collects its batch, though fewer prompts are open by then', async (name) => {
  const vendor = vendorOf(name, { looks: () => 3 });
  const stop = new AbortController();
  let isSent = false;
  const watched = async (request: Request): Promise<Response> => {
    const response = await vendor.handle(request);
    if (isSent) stop.abort(new Error('Ctrl-C'));
    isSent ||= vendor.jobs.length === 1;
    return response;
  };
  const first = await ask(name, watched, questions(4), stop.signal);
  expect(first.thrown?.message).toBe('Ctrl-C');
  now += 2 * 86_400_000;
  const second = await ask(name, vendor.handle, questions(4).slice(1, 3));
  expect(second.told[0]).toBe('found 4');
  expect(second.answers).toEqual({ '1/q': 'echo: Question 1', '2/q': 'echo: Question 2' });
  expect(vendor.jobs).toHaveLength(1);
});

test('an answer that is no line, and one to nobody’s request, are ignored: what lacks an answer is named', async () => {
  const vendor = vendorOf('openai');
  const broken = async (request: Request): Promise<Response> => {
    if (!request.url.endsWith('/content')) return vendor.handle(request);
    const lines = (await (await vendor.handle(request)).text()).trim().split('\n');
    return new Response([lines[0], lines[0], '{"custom_id":"theirs","response":null}', '{torn', 'null'].join('\n'));
  };
  const { answers, thrown } = await ask('openai', broken, questions(2));
  expect(answers).toEqual({ '1/q': 'echo: Question 1' });
  expect(thrown!.message).toContain('1 of 2 requests');
});

test('a server without batches is named, and a key stands in no message and in no file', async () => {
  const none: Handle = async () => new Response('no route for sk-secret', { status: 404 });
  const { thrown } = await ask('openai', none, questions(1));
  expect(thrown).toMatchObject({ code: 'MODEL_NOT_FOUND' });
  expect(JSON.stringify(thrown) + thrown!.message).not.toContain('sk-secret');
  const odd: Handle = async () => Response.json({ id: 7 });
  expect((await ask('openai', odd, questions(1))).thrown!.message).toContain('answers nothing that a batch is: id');
  expect(await readFile(join(folder, 'batches.jsonl'), 'utf8')).not.toContain('sk-secret');
});

test('another’s batch of as many requests is told from a lost one of ours', async () => {
  const vendor = new AnthropicVendor({ now: () => now, key: 'sk-secret' });
  const lossy = async (request: Request): Promise<Response> => {
    const response = await vendor.handle(request);
    const isCreation = request.method === 'POST' && vendor.jobs.length === 1;
    if (!isCreation) return response;
    vendor.addForeign(3);
    throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
  };
  const { answers } = await ask('anthropic', lossy, questions(3));
  expect(Object.keys(answers)).toHaveLength(3);
  expect(vendor.jobs.map(({ requests }) => requests.length)).toEqual([3, 3]);
  expect(vendor.chargedTwice).toEqual([]);
});
