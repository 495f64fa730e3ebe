import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HERE, MODEL, type PeerServer, peer, servePeers } from './peers.ts';

/** A sample of Inspect's JSON log. */
interface PeerSample {
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  readonly output: { readonly completion: string };
  readonly scores: Readonly<Record<string, { readonly value: unknown }>>;
}

let folder: string;
let server: PeerServer;
const logs = new Map<string, Map<string, PeerSample[]>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-inspect-'));
  server = await servePeers(folder);
}, 300_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(model: string, env: NodeJS.ProcessEnv): Promise<Map<string, PeerSample[]>> {
  const out = model.replaceAll('/', '-');
  const settings = ['--max-tokens', '24', '--log-format', 'json', '--log-dir', join(folder, out), '--display', 'none'];
  await peer('inspect', ['eval', 'inspect_tasks.py', '--model', model, ...settings], HERE, env);
  const found = new Map<string, PeerSample[]>();
  for (const file of await readdir(join(folder, out))) {
    const log = JSON.parse(await readFile(join(folder, out, file), 'utf8'));
    expect([log.status, log.error ?? null]).toEqual(['success', null]);
    found.set(log.eval.task, log.samples);
  }
  return found;
}

describe('inspect_ai', () => {
  test('asks by its openai-api provider and gets the answers that the model gives', async () => {
    const env = { LOCAL_API_KEY: 'any', LOCAL_BASE_URL: `${server.url}/v1` };
    logs.set('openai-api', await run(`openai-api/local/${MODEL}`, env));
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
    expect([...logs.get('openai-api')!.keys()].sort()).toEqual(['choices', 'problems']);
    for (const samples of logs.get('openai-api')!.values()) {
      for (const { messages, output } of samples) {
        const asked = messages.slice(0, -1).map(({ role, content }) => ({ role, content }));
        const { choices } = await client.chat.completions.create({ model: MODEL, messages: asked, max_tokens: 24 });
        expect(output.completion).toBe(choices[0]!.message.content);
      }
    }
  }, 900_000);

  test('asks by its openai provider, over the Responses API, and gets the same texts and scores', async () => {
    const env = { OPENAI_API_KEY: 'any', OPENAI_BASE_URL: `${server.url}/v1` };
    const found = await run(`openai/${MODEL}`, env);
    for (const [task, samples] of found) {
      const said = (each: readonly PeerSample[]) =>
        each.map(({ output, scores }) => [output.completion, Object.values(scores).map(({ value }) => value)]);
      expect(said(samples)).toEqual(said(logs.get('openai-api')!.get(task)!));
    }
    expect(found.size).toBe(2);
  }, 900_000);
});
