import { type Completion, type Prompt, type RunnerWith, runnerMethod, runnerMethods } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../test/collect.ts';
import { resolvedModel } from '../test/resolved-model.ts';
import { type StandIn, startStandIn } from '../test/stand-in/stand-in.ts';
import { createSageMakerRunner, type SageMakerRunnerOptions } from './create-sagemaker-runner.ts';

let aws: StandIn;
const runners: RunnerWith<'close'>[] = [];

beforeEach(async () => {
  aws = await startStandIn();
  aws.control.seedEndpoint('live');
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close();
  await aws.close();
});

async function open(
  lines = 'endpoint_name: live',
  options: Partial<SageMakerRunnerOptions> = {},
): Promise<RunnerWith<'generate' | 'close'>> {
  const runner = await createSageMakerRunner(resolvedModel('sagemaker', lines), {
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'very-secret' },
    endpoint: aws.url,
    clock: aws.clock,
    ...options,
  });
  runners.push(runner);
  return runner;
}

const prompts = (n: number): Prompt[] => Array.from({ length: n }, (_, i) => ({ id: `${i}`, text: `question ${i}` }));
const ask = (runner: RunnerWith<'generate'>, asked: Prompt[] = prompts(1)): Promise<Completion[]> =>
  collect(runner.generate(asked, {}));
const invocations = (): number => aws.calls.filter(({ operation }) => operation === 'InvokeEndpoint').length;

test('prompts are answered, each under its own id', async () => {
  const answers = await ask(await open(), prompts(50));
  expect(answers).toHaveLength(50);
  for (const answer of answers) {
    expect(answer).toMatchObject({ ok: true, text: `echo: question ${answer.id}`, attempts: 1 });
  }
});

test('the request carries what the config says', async () => {
  await ask(
    await open(`endpoint_name: live
inference_component: adapter-1
sagemaker: { target_variant: blue }
evaluation_config:
  content_template: PROMPT_PLACEHOLDER
  output: '[0].generated_text'
  custom_attributes: { accept_eula: true }`),
  );
  const { headers } = aws.calls.find(({ operation }) => operation === 'InvokeEndpoint')!;
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'x-amzn-sagemaker-custom-attributes': 'accept_eula=true',
    'x-amzn-sagemaker-inference-component': 'adapter-1',
    'x-amzn-sagemaker-target-variant': 'blue',
  });
});

test.each([
  ['throttling with a null message', { kind: 'throttle' }],
  ['a model that is not ready', { kind: 'not-ready' }],
  ['a container that failed', { kind: 'model-error', originalStatus: 500 }],
  ['a busy container', { kind: 'model-error', originalStatus: 429 }],
  ['a failing service', { kind: 'server-error' }],
  ['an unavailable service', { kind: 'server-error', status: 503 }],
  ['a failing dependency', { kind: 'server-error', status: 530 }],
  ['a reset connection', { kind: 'reset' }],
  ['a cut answer', { kind: 'cut' }],
] as const)('%s is tried again, and the attempts are recorded', async (_, fault) => {
  aws.faults.add('InvokeEndpoint', fault, 2);
  const [answer] = await ask(await open());
  expect(answer).toMatchObject({ ok: true, text: 'echo: question 0', attempts: 3 });
  expect(invocations()).toBe(3);
});

test.each([
  ['a validation error', { kind: 'validation', message: 'bad variant weight' }, 'RUNNER_FAILED'],
  ['a request that the container refuses', { kind: 'model-error', originalStatus: 422 }, 'RUNNER_FAILED'],
  ['an answer that is no JSON', { kind: 'wrong-body', body: '<html>oops' }, 'AWS_RESPONSE_SHAPE'],
] as const)('%s is asked once, and only its own sample fails', async (_, fault, code) => {
  aws.faults.add('InvokeEndpoint', fault, 1);
  const answers = await ask(await open(undefined, { concurrency: 1 }), prompts(3));
  expect(answers.map(({ ok }) => ok)).toEqual([false, true, true]);
  expect(answers[0]).toMatchObject({ state: 'failed', attempts: 1, error: { code, retryable: false } });
  expect(invocations()).toBe(3);
});

test('a prompt beyond the context ends as truncated', async () => {
  const message = 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000';
  aws.faults.add('InvokeEndpoint', { kind: 'model-error', originalStatus: 422, message });
  expect((await ask(await open()))[0]).toMatchObject({ state: 'truncated', error: { code: 'RUNNER_PROMPT_TOO_LONG' } });
});

test('the attempts run out, and the sample fails', async () => {
  aws.faults.add('InvokeEndpoint', { kind: 'not-ready' }, 99);
  const [answer] = await ask(await open('endpoint_name: live\nlimits: { max_attempts: 4 }'));
  expect(answer).toMatchObject({ ok: false, state: 'failed', attempts: 4, error: { code: 'AWS_SERVICE' } });
  expect(invocations()).toBe(4);
});

test('a slow answer times out within the time for one sample', async () => {
  aws.faults.add('InvokeEndpoint', { kind: 'slow', ms: 2_000 }, 9);
  const [answer] = await ask(await open('endpoint_name: live\nlimits: { timeout_s: 0.05 }'));
  expect(answer).toMatchObject({ ok: false, state: 'timed_out', error: { code: 'RUNNER_TIMEOUT' } });
});

test('a body above the limit is not sent', async () => {
  const long = { id: 'long', text: 'x'.repeat(6_291_456) };
  const answers = await ask(await open(), [long, ...prompts(1)]);
  const failed = answers.find(({ id }) => id === 'long');
  expect(failed).toMatchObject({ ok: false, state: 'failed', attempts: 0, error: { code: 'AWS_PAYLOAD_TOO_LARGE' } });
  expect(invocations()).toBe(1);
});

test('access denied ends the run and prints the action and the statement', async () => {
  aws.faults.add('InvokeEndpoint', { kind: 'access-denied' }, 9);
  const error = await ask(await open()).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'AWS_ACCESS_DENIED' });
  expect(error.message).toContain('sagemaker:InvokeEndpoint');
  expect(error.hint).toContain('"Action":"sagemaker:InvokeEndpoint"');
});

test('credentials that expire midway end the run instead of failing its samples', async () => {
  aws.faults.add(
    ({ operation, number }) => operation === 'InvokeEndpoint' && number > 4,
    { kind: 'expired-token' },
    99,
  );
  const answered: Completion[] = [];
  const runner = await open(undefined, { concurrency: 1 });
  const run = async () => {
    for await (const answer of runner.generate(prompts(20), {})) answered.push(answer);
  };
  await expect(run()).rejects.toMatchObject({ code: 'AWS_CREDENTIALS', hint: expect.stringContaining('--resume') });
  expect(answered).toHaveLength(3);
  expect(answered.every(({ ok }) => ok)).toBe(true);
});

test('an endpoint that does not exist or failed is found out before the first prompt, with its reason', async () => {
  await expect(open('endpoint_name: nobody')).rejects.toMatchObject({
    code: 'AWS_ENDPOINT',
    message: 'there is no endpoint nobody in us-east-1',
  });
  aws.control.seedEndpoint('broken', [], 'Failed');
  await expect(open('endpoint_name: broken')).rejects.toMatchObject({
    message: 'endpoint broken is Failed: seeded as failed',
  });
});

test('who may only invoke need not describe', async () => {
  aws.faults.add('DescribeEndpoint', { kind: 'access-denied' });
  const runner = await open();
  expect(runner.id).toMatch(/^sagemaker:live#[0-9a-f]{8}$/);
  expect((await ask(runner))[0]!.ok).toBe(true);
});

test('the id pins the deployment and the way of asking', async () => {
  const [a, b, c] = [
    await open(),
    await open(),
    await open('endpoint_name: live\nevaluation_config: { inference_parameters: { max_new_tokens: 9 } }'),
  ];
  expect(a.id).toMatch(/^sagemaker:live@live#[0-9a-f]{8}$/);
  expect(b.id).toBe(a.id);
  expect(c.id).not.toBe(a.id);
});

test('streamed answers are put together, and a stream cut midway is asked again', async () => {
  aws.runtime.serve('live', () => ({
    body: '',
    parts: ['data:{"token":{"te', 'xt":"Hé"}}\n\nda', 'ta:{"token":{"text":"!"}}\n\n'],
  }));
  aws.faults
    .add('InvokeEndpointWithResponseStream', { kind: 'cut' })
    .add('InvokeEndpointWithResponseStream', { kind: 'stream-error' });
  const [answer] = await ask(await open('endpoint_name: live\nsagemaker: { mode: stream }'));
  expect(answer).toMatchObject({ ok: true, text: 'Hé!', attempts: 3 });
});

test('asynchronous answers are awaited in S3, requests inline or through a bucket', async () => {
  const lines = 'endpoint_name: live\nsagemaker: { mode: async }';
  expect((await ask(await open(lines)))[0]).toMatchObject({ ok: true, text: 'echo: question 0' });
  aws.store.createBucket('inputs');
  const answers = await ask(await open(lines, { asyncInputPrefix: 's3://inputs/assay' }), prompts(3));
  expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(aws.store.keys('inputs')).toHaveLength(3);
});

test('a failed asynchronous invocation is tried again', async () => {
  let calls = 0;
  aws.runtime.serve('live', () => {
    calls += 1;
    return calls < 3 ? { status: 500, body: 'out of memory' } : { body: '[{"generated_text":"late"}]' };
  });
  const [answer] = await ask(await open('endpoint_name: live\nsagemaker: { mode: async }'));
  expect(answer).toMatchObject({ ok: true, text: 'late', attempts: 3 });
});

test('log-probabilities of a continuation are the whole’s less the prompt’s', async () => {
  aws.runtime.serve('live', ({ body }) => {
    const { inputs } = JSON.parse(body.toString()) as { inputs: string };
    const prefill = inputs.split(' ').map((word, i) => ({ logprob: i === 0 ? null : -word.length }));
    return { body: JSON.stringify([{ generated_text: '', details: { prefill } }]) };
  });
  const runner = await open('endpoint_name: live\nsagemaker: { payload: tgi }');
  const requests = [
    { id: 'a', prompt: 'the cat', continuation: ' sat down' },
    { id: 'b', prompt: '', continuation: 'so it is' },
  ];
  const answers = await collect(runner.logProbabilities!(requests, {}));
  const byId = Object.fromEntries(answers.map((answer) => [answer.id, answer]));
  expect(byId.a).toMatchObject({
    ok: true,
    logProbability: -7,
    tokenCount: 2,
    tokenLogProbabilities: [-3, -4],
    byteCount: 9,
  });
  expect(byId.b).toMatchObject({ ok: true, logProbability: -4, tokenCount: 2 });
});

test('what the endpoint cannot do is refused', async () => {
  const runner = await open();
  expect(runnerMethods(runner)).toEqual(['generate']);
  expect(() => runnerMethod(runner, 'logProbabilities')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('evaluation_config.log_probability') }),
  );
});

test('no more requests are under way than allowed, and fewer while the endpoint throttles', async () => {
  aws.runtime.serve('live', ({ body }) => ({ body: `[{"generated_text":${body.length}}]`, delayMs: 20 }));
  const runner = await open(undefined, { concurrency: 12 });
  await ask(runner, prompts(200));
  expect(aws.peak()).toBeLessThanOrEqual(12);
  expect(aws.peak()).toBeGreaterThan(4);
  aws.faults.add('InvokeEndpoint', { kind: 'throttle' }, 60);
  const answers = await ask(runner, prompts(100));
  expect(answers.every(({ ok }) => ok)).toBe(true);
});

test('an interruption ends the stream', async () => {
  const controller = new AbortController();
  aws.runtime.serve('live', () => ({ body: '[{"generated_text":"x"}]', delayMs: 5 }));
  const runner = await open(undefined, { concurrency: 2 });
  let answered = 0;
  for await (const _ of runner.generate(prompts(1000), { signal: controller.signal })) {
    answered += 1;
    if (answered === 3) controller.abort(new Error('enough'));
  }
  expect(answered).toBeLessThan(10);
});

test('no secret shows in any error', async () => {
  aws.faults.add('InvokeEndpoint', { kind: 'access-denied' }, 9);
  const error = await ask(await open()).catch((thrown) => thrown);
  const { inspect } = await import('node:util');
  const shown = inspect(error, { depth: 20, showHidden: true });
  expect(shown).toContain('AWS_ACCESS_DENIED');
  for (const secret of ['very-secret', 'AKIDTEST', 'Signature=']) expect(shown).not.toContain(secret);
});
