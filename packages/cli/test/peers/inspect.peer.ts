import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assayHere } from '../assay-here.ts';
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

/** Providers of Inspect that ask the server: over chat completions, and over the Responses API. */
const PROVIDERS = ['openai-api/local', 'openai'] as const;

/** What inspect_runs.py read of one of our exports. */
interface Exported {
  readonly task: string;
  readonly samples: readonly Record<string, unknown>[];
}

let folder: string;
let server: PeerServer;
let exported: readonly Exported[];
const logs = new Map<string, Map<string, PeerSample[]>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-inspect-'));
  for (const task of TASKS) {
    const ran = await assayHere(['run', join(HERE, 'inspect', `${task}.yaml`), '-o', task], folder);
    expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
    const { code } = await assayHere(['report', task, '--format', 'inspect', '-o', 'exported'], folder);
    expect(code).toBe(0);
  }
  server = await servePeers(folder);
  const url = `${server.url}/v1`;
  const env = { LOCAL_API_KEY: 'any', LOCAL_BASE_URL: url, OPENAI_API_KEY: 'any', OPENAI_BASE_URL: url };
  const words = JSON.stringify(PROVIDERS.flatMap(commandsOf));
  const places = [join(folder, 'exported'), join(folder, 'bundle')];
  exported = JSON.parse(await peer('python', [join(HERE, 'inspect_runs.py'), words, ...places], HERE, env));
  for (const provider of PROVIDERS) logs.set(provider, await samplesOf(provider));
}, 900_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const placeOf = (provider: string): string => join(folder, provider.replaceAll('/', '-'));

/** Asks the model all tasks by a provider, and writes the packed logs as JSON, too. */
function commandsOf(provider: string): string[][] {
  const logs = `${placeOf(provider)}-eval`;
  const settings = ['--max-tokens', '24', '--log-format', 'eval', '--log-dir', logs, '--display', 'none'];
  return [
    ['eval', 'inspect_tasks.py', '--model', `${provider}/${MODEL}`, ...settings],
    ['log', 'convert', logs, '--to', 'json', '--output-dir', placeOf(provider)],
  ];
}

async function samplesOf(provider: string): Promise<Map<string, PeerSample[]>> {
  const found = new Map<string, PeerSample[]>();
  for (const file of await readdir(placeOf(provider))) {
    const log = JSON.parse(await readFile(join(placeOf(provider), file), 'utf8'));
    expect([log.status, log.error ?? null]).toEqual(['success', null]);
    found.set(log.eval.task, log.samples);
  }
  return found;
}

describe('inspect_ai', () => {
  test('asks by its openai-api provider and gets the answers that the model gives', async () => {
    const found = logs.get('openai-api/local')!;
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
    expect([...found.keys()].sort()).toEqual([...TASKS].sort());
    // Four of the tasks ask the same.
    const answers = new Map<string, string | null>();
    for (const samples of found.values()) {
      for (const { messages, output } of samples) {
        const asked = messages.slice(0, -1).map(({ role, content }) => ({ role, content }));
        const key = JSON.stringify(asked);
        if (!answers.has(key)) {
          const { choices } = await client.chat.completions.create({ model: MODEL, messages: asked, max_tokens: 24 });
          answers.set(key, choices[0]!.message.content);
        }
        expect(output.completion).toBe(answers.get(key));
      }
    }
  }, 900_000);

  test('asks by its openai provider, over the Responses API, and gets the same texts and scores', async () => {
    const found = logs.get('openai')!;
    for (const [task, samples] of found) {
      const said = (each: readonly PeerSample[]) =>
        each.map(({ output, scores }) => [output.completion, Object.values(scores).map(({ value }) => value)]);
      expect(said(samples)).toEqual(said(logs.get('openai-api/local')!.get(task)!));
    }
    expect(found.size).toBe(TASKS.length);
  }, 900_000);
});

describe.each(TASKS)('%s', (task) => {
  test('run here, every sample and score pairs with Inspect’s own log, packed and as JSON', async () => {
    const samples = logs.get('openai-api/local')!.get(task)!;
    const scorers = Object.keys(samples[0]!.scores).map((scorer) => `${scorer}.value`);
    for (const place of ['', '-eval'].map((end) => `${placeOf('openai-api/local')}${end}`)) {
      const file = (await readdir(place)).find((name) => name.includes(`_${task.replaceAll('_', '-')}_`))!;
      const paired = await pairedScores(join(place, file), task, folder);
      expect([...paired.keys()].sort()).toEqual(scorers.sort());
      for (const [name, { n, difference }] of paired) {
        expect([name, n]).toEqual([name, samples.length]);
        if (SAME.has(name)) expect([name, difference]).toEqual([name, 0]);
      }
    }
  }, 300_000);
});

test('Inspect lists, opens and bundles our exports, with targets, choices and messages', async () => {
  expect(exported.map(({ task }) => task).sort()).toEqual([...TASKS].sort());
  const choices = exported.find(({ task }) => task === 'choices')!.samples;
  expect(choices[2]).toEqual({
    input: 'Столица России?',
    choices: ['Щёлково', 'Москва', 'Пермь'],
    target: 'B',
    answer: expect.stringMatching(/^[ABC]$/),
    messages: ['user'],
  });
  const problems = exported.find(({ task }) => task === 'problems')!.samples;
  expect(problems[0]).toMatchObject({ target: '7', choices: null, messages: ['user', 'assistant'] });
  expect(await readFile(join(folder, 'bundle', 'index.html'), 'utf8')).toContain('<html');
}, 300_000);
