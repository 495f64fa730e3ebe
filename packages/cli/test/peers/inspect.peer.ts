import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay } from '../assay.ts';
import { pairedScores } from './paired-scores.ts';
import { HERE, MODEL, type PeerServer, peer, servePeers } from './peers.ts';

/** A sample of Inspect's JSON log. */
interface PeerSample {
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  readonly output: { readonly completion: string };
  readonly scores: Readonly<Record<string, { readonly value: unknown }>>;
}

const TASKS = ['problems', 'words', 'numbers', 'whole', 'choices'];
/** Scores that both define alike. */
const SAME = new Set(['includes.value', 'exact.value', 'pattern.value']);

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
  const logs = join(folder, `${out}-eval`);
  const settings = ['--max-tokens', '24', '--log-format', 'eval', '--log-dir', logs, '--display', 'none'];
  await peer('inspect', ['eval', 'inspect_tasks.py', '--model', model, ...settings], HERE, env);
  await peer('inspect', ['log', 'convert', logs, '--to', 'json', '--output-dir', join(folder, out)], HERE);
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
    expect([...logs.get('openai-api')!.keys()].sort()).toEqual([...TASKS].sort());
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
    expect(found.size).toBe(TASKS.length);
  }, 900_000);
});

describe.each(TASKS)('%s', (task) => {
  test('run here, every sample and score pairs with Inspect’s own log, packed and as JSON', async () => {
    const ran = await assay(['run', join(HERE, 'inspect', `${task}.yaml`), '-o', task], folder);
    expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
    const samples = logs.get('openai-api')!.get(task)!;
    const scorers = Object.keys(samples[0]!.scores).map((scorer) => `${scorer}.value`);
    for (const place of ['openai-api-local-SmolLM2-135M-Instruct', 'openai-api-local-SmolLM2-135M-Instruct-eval']) {
      const file = (await readdir(join(folder, place))).find((name) =>
        name.includes(`_${task.replaceAll('_', '-')}_`),
      )!;
      const paired = await pairedScores(join(folder, place, file), task, folder);
      expect([...paired.keys()].sort()).toEqual(scorers.sort());
      for (const [name, { n, difference }] of paired) {
        expect([name, n]).toEqual([name, samples.length]);
        if (SAME.has(name)) expect([name, difference]).toEqual([name, 0]);
      }
    }
  }, 300_000);
});

test('Inspect lists, opens and bundles our exports, with targets, choices and messages', async () => {
  const exported = join(folder, 'exported');
  for (const task of TASKS) {
    const { code } = await assay(['report', task, '--format', 'inspect', '-o', exported], folder);
    expect(code).toBe(0);
  }
  const printed = await peer('python', [join(HERE, 'read_inspect_logs.py'), exported, join(folder, 'bundle')], folder);
  const found = JSON.parse(printed) as { task: string; samples: Record<string, unknown>[] }[];
  expect(found.map(({ task }) => task).sort()).toEqual([...TASKS].sort());
  const choices = found.find(({ task }) => task === 'choices')!.samples;
  expect(choices[2]).toEqual({
    input: 'Столица России?',
    choices: ['Щёлково', 'Москва', 'Пермь'],
    target: 'B',
    answer: expect.stringMatching(/^[ABC]$/),
    messages: ['user'],
  });
  const problems = found.find(({ task }) => task === 'problems')!.samples;
  expect(problems[0]).toMatchObject({ target: '7', choices: null, messages: ['user', 'assistant'] });
  expect(await readFile(join(folder, 'bundle', 'index.html'), 'utf8')).toContain('<html');
}, 300_000);
