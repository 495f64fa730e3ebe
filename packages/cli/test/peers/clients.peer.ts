import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HERE, MODEL, type PeerServer, peer, servePeers } from './peers.ts';

interface Answer {
  readonly texts: readonly string[];
  readonly logprobs: readonly number[];
  readonly echo?: readonly (number | null)[];
}

let folder: string;
let server: PeerServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-clients-'));
  server = await servePeers(folder);
}, 300_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('openai for Python and Node, litellm and boto3 get the same texts and log-probabilities, in six scripts', async () => {
  const lines = (await readFile(join(HERE, 'tasks/problems.jsonl'), 'utf8')).trim().split('\n');
  const prompts = lines.map((line) => (JSON.parse(line) as { question: string }).question);
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
  const printed = await peer('python', [join(HERE, 'clients.py'), server.url, MODEL, JSON.stringify(prompts)], folder);
  const { answers, refused } = JSON.parse(printed) as { answers: Record<string, Answer[]>; refused: unknown };
  expect(refused).toEqual([
    [400, 'temperature'],
    [400, 'ValidationError'],
  ]);
  expect(Object.keys(answers)).toEqual(['openai', 'litellm', 'boto3']);
  for (const [at, content] of prompts.entries()) {
    const messages = [{ role: 'user' as const, content }];
    const asked = { model: MODEL, messages, max_tokens: 12, logprobs: true };
    const [choice] = (await client.chat.completions.create(asked)).choices;
    const text = choice!.message.content!;
    const logprobs = choice!.logprobs!.content!.map(({ logprob }) => logprob);
    for (const each of Object.values(answers)) {
      expect(each[at]!.texts).toEqual(each[at]!.texts.map(() => text));
      expect(each[at]!.logprobs).toHaveLength(logprobs.length);
      for (const [place, value] of each[at]!.logprobs.entries())
        expect(Math.abs(value - logprobs[place]!)).toBeLessThan(1e-3);
    }
    const { choices } = await client.completions.create({
      model: MODEL,
      prompt: content,
      max_tokens: 1,
      echo: true,
      logprobs: 2,
    });
    const echo = choices[0]!.logprobs!.token_logprobs as (number | null)[];
    for (const [place, value] of answers.openai![at]!.echo!.entries())
      expect((value ?? 0) - (echo[place] ?? 0)).toBeCloseTo(0, 3);
  }
}, 900_000);
