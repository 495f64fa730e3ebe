import { expect, test } from 'vitest';
import { payloadShape } from '../jumpstart/default-payload.ts';
import { createPayload } from './payload.ts';

const example = (body: unknown, more: object = {}) => ({ content_type: 'application/json', body, ...more });
const ask = (shape: ReturnType<typeof payloadShape>, inferenceParameters = {}, more = {}) =>
  createPayload({ shape, inferenceParameters, model: 'm', ...more });

test('the prompt goes where the first example says, and the answer is read where any example says', () => {
  const shape = payloadShape({
    default_payloads: {
      first: example({ text: { prompt: 'x', n: 1 } }, { prompt_key: 'text.prompt' }),
      second: example({}, { output_keys: { generated_text: 'a.b', input_logprobs: 'lp' } }),
    },
  });
  const payload = ask(shape, { top_p: 0.5 });
  expect(JSON.parse(payload.request({ id: '', text: 'hello' }))).toEqual({
    text: { prompt: 'hello', n: 1 },
    top_p: 0.5,
  });
  expect(payload.output.find({ a: { b: 'found' } })).toBe('found');
  expect(payload.logProbability).toBeDefined();
});

test('an example of messages is asked as a chat', () => {
  const shape = payloadShape({
    default_payloads: { only: example({ messages: [{ role: 'user', content: 'x' }], max_tokens: 9 }) },
  });
  expect(shape?.isGuess).toBe(true);
  const payload = ask(shape);
  expect(JSON.parse(payload.request({ id: '', text: 'hello' }))).toEqual({
    messages: [{ role: 'user', content: 'hello' }],
    max_tokens: 9,
  });
  expect(payload.output.find({ choices: [{ message: { content: 'yes' } }] })).toBe('yes');
});

test('what the config names wins over the example', () => {
  const shape = payloadShape({ default_payloads: { only: example({ text: 'x' }, { prompt_key: 'text' }) } });
  const named = ask(shape, {}, { payload: 'messages' as const });
  expect(JSON.parse(named.request({ id: '', text: 'hi' }))).toEqual({ messages: [{ role: 'user', content: 'hi' }] });
  expect(JSON.parse(ask(shape, {}, { contentTemplate: 'PROMPT_PLACEHOLDER' }).request({ id: '', text: 'hi' }))).toEqual(
    { inputs: 'hi' },
  );
});
