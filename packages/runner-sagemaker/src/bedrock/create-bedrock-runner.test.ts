import type { Completion, GenerateOptions, Prompt, RunnerWith } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';
import { resolvedModel } from '../../test/resolved-model.ts';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { createBedrockRunner } from './create-bedrock-runner.ts';

let aws: StandIn;
beforeEach(async () => {
  aws = await startStandIn();
});
afterEach(() => aws.close());

const open = (lines: string): Promise<RunnerWith<'generate' | 'close'>> =>
  createBedrockRunner(resolvedModel('bedrock', lines), {
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoint: aws.url,
    clock: aws.clock,
  });

async function ask(lines: string, prompt: Partial<Prompt> = {}, options: GenerateOptions = {}): Promise<Completion> {
  const runner = await open(lines);
  try {
    const [answer] = await collect(runner.generate([{ id: 'a', text: 'Q', ...prompt }], options));
    return answer!;
  } finally {
    await runner.close();
  }
}

test('Converse gets system, turns and settings by its own names, and tells the tokens', async () => {
  const messages = [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'Q' },
  ] as const;
  const lines = `bedrock: { model_id: mistral.mixtral-8x22b }
evaluation_config: { inference_parameters: { max_new_tokens: 5, top_k: 3 } }`;
  const answer = await ask(lines, { messages }, { maxNewTokens: 5, topP: 0.5, stop: ['.'] });
  expect(answer).toMatchObject({ ok: true, text: 'echo: Q', promptTokens: 7, newTokens: 3, attempts: 1 });
  expect(aws.bedrock.bodies[0]).toEqual({
    system: [{ text: 'S' }],
    messages: [{ role: 'user', content: [{ text: 'Q' }] }],
    inferenceConfig: { maxTokens: 5, temperature: 0, topP: 0.5, stopSequences: ['.'] },
    additionalModelRequestFields: { top_k: 3 },
  });
});

test('InvokeModel gets the content_template as its body', async () => {
  const lines = `bedrock: { model_id: anthropic.x, api: invoke }
evaluation_config:
  content_template: { messages: [{ role: user, content: $prompt }], max_tokens: 9 }
  output: completion`;
  expect(await ask(lines)).toMatchObject({ ok: true, text: expect.stringContaining('"content":"Q"') });
  expect(aws.bedrock.bodies[0]).toEqual({ messages: [{ role: 'user', content: 'Q' }], max_tokens: 9 });
});

test('Converse is asked greedily unless told otherwise, and what InvokeModel does is up to its body', async () => {
  const isGreedy = async (lines: string, options: GenerateOptions = {}): Promise<boolean | undefined> => {
    const runner = await open(lines);
    await runner.close();
    return runner.isGreedy?.(options);
  };
  expect(await isGreedy('bedrock: { model_id: x }')).toBe(true);
  expect(await isGreedy('bedrock: { model_id: x }', { temperature: 0.4 })).toBe(false);
  expect(await isGreedy('bedrock: { model_id: x, api: invoke }')).toBe(false);
});

test('a guardrail ends the sample as refused, the token limit as length', async () => {
  const lines = 'bedrock: { model_id: x }';
  expect(await ask(lines, { text: 'unsafe' })).toMatchObject({ ok: false, state: 'refused' });
  expect(await ask(lines, { text: 'long' })).toMatchObject({ ok: true, finishReason: 'length' });
});

test('throttling and failures are tried again', async () => {
  aws.faults
    .add('Converse', { kind: 'throttle' })
    .add('Converse', { kind: 'server-error', status: 503 })
    .add('Converse', { kind: 'not-ready' });
  expect(await ask('bedrock: { model_id: x }')).toMatchObject({ ok: true, attempts: 4 });
});

test('a model that does not exist, or may not be called, ends the run', async () => {
  await expect(ask('bedrock: { model_id: no-such-model }')).rejects.toMatchObject({ code: 'AWS_ENDPOINT' });
  aws.faults.add('Converse', { kind: 'access-denied' });
  await expect(ask('bedrock: { model_id: x }')).rejects.toMatchObject({ code: 'AWS_ACCESS_DENIED' });
});

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const sent = async (parameters: string, options: GenerateOptions, more = '') => {
  const lines = `bedrock: { model_id: "${CLAUDE}"${more} }\nevaluation_config: { inference_parameters: { ${parameters} } }`;
  await ask(lines, {}, options);
  return (aws.bedrock.bodies.at(-1) as { inferenceConfig: object }).inferenceConfig;
};

test('a model that takes temperature or top_p gets the one that is given', async () => {
  expect(await sent('top_p: 0.5', { topP: 0.5 })).toEqual({ maxTokens: 64, topP: 0.5 });
  expect(await sent('temperature: 0.2', { temperature: 0.2 })).toEqual({ maxTokens: 64, temperature: 0.2 });
  expect(await sent('', {})).toEqual({ maxTokens: 64, temperature: 0 });
  expect(await sent('', {}, ', sampling: none')).toEqual({ maxTokens: 64 });
});

test('what the model would refuse on every call is told before the first, and the config can overrule it', async () => {
  const both = { temperature: 0.2, topP: 0.5 };
  const calls = aws.calls.length;
  await expect(sent('temperature: 0.2, top_p: 0.5', both)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'm takes temperature or top_p, not both',
  });
  expect(aws.calls).toHaveLength(calls);
  expect(await sent('temperature: 0.2, top_p: 0.5', both, ', sampling: both')).toMatchObject(both);
});

test('an inference profile of another part of the world is told before the first call', async () => {
  await expect(ask('bedrock: { model_id: eu.amazon.nova-lite-v1:0 }')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    hint: 'write model_id: us.amazon.nova-lite-v1:0, or take another region',
  });
  expect(await ask('bedrock: { model_id: global.anthropic.claude-haiku-4-5 }')).toMatchObject({ ok: true });
});

test('a guardrail goes with each call, and what it stops in the model’s own form is refused too', async () => {
  const guarded = 'guardrail: { id: gr1, version: "3" }';
  await ask(`bedrock: { model_id: meta.llama3-8b, ${guarded} }`);
  expect(aws.bedrock.bodies[0]).toMatchObject({
    guardrailConfig: { guardrailIdentifier: 'gr1', guardrailVersion: '3' },
  });
  const invoke = `bedrock: { model_id: anthropic.x, api: invoke, ${guarded} }
evaluation_config: { content_template: { prompt: $prompt }, output: completion }`;
  expect(await ask(invoke, { text: 'unsafe' })).toMatchObject({ ok: false, error: { code: 'RUNNER_REFUSED' } });
  const { headers } = aws.calls.findLast(({ operation }) => operation === 'InvokeModel')!;
  expect(headers).toMatchObject({
    'x-amzn-bedrock-guardrailidentifier': 'gr1',
    'x-amzn-bedrock-guardrailversion': '3',
  });
});

test('an answer that fills the model’s window is cut', async () => {
  expect(await ask('bedrock: { model_id: meta.llama3-8b }', { text: 'window' })).toMatchObject({
    ok: true,
    finishReason: 'length',
  });
});
