import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnthropicVendor } from '../../../core/test/batch/anthropic-vendor.ts';
import { OpenaiVendor } from '../../../core/test/batch/openai-vendor.ts';
import { serveVendor } from '../../../core/test/batch/serve-vendor.ts';
import { assay } from '../assay.ts';

const SAMPLES = 4;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-batch-clients-'));
  const rows = Array.from({ length: SAMPLES }, (_, i) => ({ q: `Question ${i}?`, a: `Question ${i}?` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What of a request a server goes by: ids of its own and order of keys left out. */
async function shapeOf(request: Request): Promise<string> {
  const { pathname } = new URL(request.url);
  const path = pathname.replaceAll(/(?<=\/)(file|batch|output-batch|errors-batch|msgbatch)_\d+/g, 'ID');
  const sent = [...request.headers.keys()].filter((name) => /^(authorization|x-api-key|anthropic-version)$/.test(name));
  const type = request.headers.get('content-type')?.split(';')[0] ?? '';
  if (type !== 'application/json' || request.method === 'GET') return `${request.method} ${path} ${sent} ${type}`;
  const body = (await request.json()) as Record<string, unknown>;
  const keys = (value: unknown): unknown =>
    Array.isArray(value)
      ? [keys(value[0])]
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort()
              .map(([name, inner]) => [name, keys(inner)]),
          )
        : typeof value;
  return `${request.method} ${path} ${sent} ${type} ${JSON.stringify(keys(body))}`;
}

/** A vendor that notes the shape of each request. */
async function recorded(handle: (request: Request) => Promise<Response>) {
  const shapes: string[] = [];
  const served = await serveVendor(async (request) => {
    shapes.push(await shapeOf(request.clone()));
    return handle(request);
  });
  const take = (): string[] => [...new Set(shapes.splice(0))].sort();
  return { ...served, take };
}

async function run(block: string): Promise<Record<string, string>> {
  await writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [{ name: m, openai: { ${block}, api_key_env: ASSAY_HTTP_KEY, model: tiny } }]
algorithms: [{ algorithm: factual_knowledge }]
`,
  );
  const output = await mkdtemp(join(folder, 'run-'));
  const args = ['run', 'c.yaml', '--no-cache', '-o', join(output, 'out')];
  const { code, stderr } = await assay(args, folder, { ASSAY_HTTP_KEY: 'sk-test' });
  expect(code, stderr).toBe(0);
  const lines = (await readFile(join(output, 'out/journal.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
  const samples = lines.flatMap((line) => {
    const { kind, output: text, prompt } = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, string>;
    return kind === 'sample' ? [[prompt ?? '', text ?? ''] as const] : [];
  });
  return Object.fromEntries(samples);
}

const messagesOf = (i: number) => [{ role: 'user' as const, content: `Question ${i}?` }];

test('OpenAI’s own client finds assay’s batch and reads its answers, and asks in the same shape', async () => {
  const vendor = new OpenaiVendor({ key: 'sk-test' });
  const { url, close, take } = await recorded(vendor.handle);
  try {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-test', maxRetries: 0 });
    await run(`base_url: '${url}/v1', mode: batch`);
    const ours = take();
    const found = [];
    for await (const batch of client.batches.list({ limit: 1 })) found.push(batch);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ status: 'completed', request_counts: { total: SAMPLES, completed: SAMPLES } });
    const content = await (await client.files.content(found[0]!.output_file_id!)).text();
    const texts = content
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).response.body as OpenAI.ChatCompletion);
    expect(texts.map(({ choices }) => choices[0]!.message.content).sort()).toEqual(
      [0, 1, 2, 3].map((i) => `echo: Question ${i}?`),
    );
    take();
    const lines = [0, 1].map((i) => {
      const body = { model: 'tiny', messages: messagesOf(i) };
      return JSON.stringify({ custom_id: `${i}`, method: 'POST', url: '/v1/chat/completions', body });
    });
    const file = await client.files.create({
      purpose: 'batch',
      file: await toFile(Buffer.from(lines.join('\n')), 'b.jsonl'),
    });
    const made = await client.batches.create({
      ...{ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' },
      metadata: { assay_batch: 'x' },
    });
    while ((await client.batches.retrieve(made.id)).status !== 'completed');
    await client.files.content((await client.batches.retrieve(made.id)).output_file_id!);
    expect(ours).toEqual(take());
  } finally {
    await close();
  }
}, 120_000);

test('Anthropic’s own client finds assay’s batch and reads its answers, and asks in the same shape', async () => {
  const vendor = new AnthropicVendor({ key: 'sk-test' });
  const { url, close, take } = await recorded(vendor.handle);
  try {
    const client = new Anthropic({ baseURL: url, apiKey: 'sk-test', maxRetries: 0 });
    await run(`base_url: '${url}/v1', api: messages, mode: batch`);
    const ours = take();
    const found = [];
    for await (const batch of client.messages.batches.list({ limit: 1 })) found.push(batch);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ processing_status: 'ended', request_counts: { succeeded: SAMPLES } });
    const texts: string[] = [];
    for await (const { result } of await client.messages.batches.results(found[0]!.id))
      if (result.type === 'succeeded' && result.message.content[0]?.type === 'text')
        texts.push(result.message.content[0].text);
    expect(texts.sort()).toEqual([0, 1, 2, 3].map((i) => `echo: Question ${i}?`));
    take();
    const requests = [0, 1].map((i) => ({
      custom_id: `${i}`,
      params: { model: 'tiny', max_tokens: 64, messages: messagesOf(i) },
    }));
    const made = await client.messages.batches.create({ requests });
    while ((await client.messages.batches.retrieve(made.id)).processing_status !== 'ended');
    for await (const _ of await client.messages.batches.results(made.id));
    expect(ours).toEqual(take());
  } finally {
    await close();
  }
}, 120_000);

test('asked at once, Anthropic’s messages leave as its own client sends them', async () => {
  const vendor = new AnthropicVendor({ key: 'sk-test' });
  const { url, close, take } = await recorded(vendor.handle);
  try {
    await run(`base_url: '${url}/v1', api: messages`);
    const ours = take();
    const client = new Anthropic({ baseURL: url, apiKey: 'sk-test', maxRetries: 0 });
    const { content } = await client.messages.create({ model: 'tiny', max_tokens: 64, messages: messagesOf(0) });
    expect(content).toMatchObject([{ type: 'text', text: 'echo: Question 0?' }]);
    expect(ours).toEqual(take());
  } finally {
    await close();
  }
}, 120_000);
