import { isAssayError, type Prompt } from '@assay/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { customAttributes } from './custom-attributes.ts';
import { compileJmespath } from './jmespath.ts';
import { createPayload, type PayloadSettings } from './payload.ts';
import { describeShape, readAnswer, readLogProbabilities } from './read-answer.ts';
import { readStreamedAnswer } from './read-stream.ts';

const prompt = (text: string): Prompt => ({ id: 'p', text });
const body = (settings: Partial<PayloadSettings>, asked: Prompt = prompt('Q')): unknown =>
  JSON.parse(createPayload({ model: 'm', inferenceParameters: {}, ...settings }).request(asked));

test('the AWS sample’s templates become inputs and parameters', () => {
  const inferenceParameters = { max_new_tokens: 100, top_p: 0.9 };
  expect(body({ contentTemplate: 'PROMPT_PLACEHOLDER', inferenceParameters })).toEqual({
    inputs: 'Q',
    parameters: inferenceParameters,
  });
  expect(body({ contentTemplate: [[{ role: 'user', content: 'PROMPT_PLACEHOLDER' }]] })).toEqual({
    inputs: [[{ role: 'user', content: 'Q' }]],
  });
});

test('a template that is an object is the whole body, with parameters where it has inputs', () => {
  const inferenceParameters = { max_tokens: 5 };
  expect(body({ contentTemplate: { inputs: '<s>$prompt</s>' }, inferenceParameters })).toEqual({
    inputs: '<s>Q</s>',
    parameters: { max_tokens: 5 },
  });
  const contentTemplate = { messages: [{ role: 'user', content: '$prompt' }], max_tokens: 9 };
  expect(body({ contentTemplate, inferenceParameters })).toEqual({
    messages: [{ role: 'user', content: 'Q' }],
    max_tokens: 9,
  });
});

test('FMEval’s textual body is understood', () => {
  const contentTemplate = '{"inputs": $prompt, "parameters": {"top_k": 1}}';
  expect(body({ contentTemplate, inferenceParameters: { top_p: 1 } })).toEqual({
    inputs: 'Q',
    parameters: { top_p: 1, top_k: 1 },
  });
});

test('no prompt can break out of its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const templates = ['PROMPT_PLACEHOLDER', '{"inputs": $prompt}', { inputs: ['$prompt'] }];
      for (const contentTemplate of templates) {
        const { inputs } = body({ contentTemplate }, prompt(text)) as { inputs: unknown };
        expect(inputs).toEqual(typeof contentTemplate === 'string' ? text : [text]);
      }
    }),
  );
  expect(body({ contentTemplate: 'a $prompt b' }, prompt('"\n$& $prompt'))).toEqual({ inputs: 'a "\n$& $prompt b' });
});

test('a template without a place for the prompt is refused', () => {
  const create = () => createPayload({ model: 'm', inferenceParameters: {}, contentTemplate: { inputs: 'hello' } });
  expect(create).toThrow('has no place for the prompt');
});

test('presets know the shapes of their containers', () => {
  const messages = [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'Q' },
  ] as const;
  const asked: Prompt = { id: 'p', text: 'be brief Q', messages, seed: 7 };
  expect(body({ payload: 'jumpstart-dialog' }, asked)).toEqual({ inputs: [messages] });
  expect(body({ payload: 'jumpstart' }, asked)).toEqual({ inputs: 'be brief Q' });
  expect(body({ payload: 'bedrock', inferenceParameters: { max_gen_len: 5 } }, asked)).toEqual({
    prompt: 'be brief Q',
    max_gen_len: 5,
  });
  expect(body({ payload: 'tgi', inferenceParameters: { temperature: 0.5 } }, asked)).toEqual({
    inputs: 'be brief Q',
    parameters: { temperature: 0.5, seed: 7 },
  });
  expect(body({ payload: 'tgi' }, asked)).toEqual({ inputs: 'be brief Q' });
});

test('each preset finds the text in its container’s answer', () => {
  const read = (payload: PayloadSettings['payload'], answer: unknown): string =>
    readAnswer(JSON.stringify(answer), createPayload({ model: 'm', inferenceParameters: {}, payload }).output).text;
  expect(read('jumpstart', [{ generation: 'a' }])).toBe('a');
  expect(read('jumpstart', { generated_text: 'b' })).toBe('b');
  expect(read('jumpstart-dialog', [{ generation: { role: 'assistant', content: 'c' } }])).toBe('c');
  expect(read('tgi', [{ generated_text: 'd' }])).toBe('d');
  expect(read('lmi', { generated_text: 'e' })).toBe('e');
  expect(read('bedrock', { results: [{ outputText: 'f' }] })).toBe('f');
  expect(read('custom', { choices: [{ message: { content: 'g' } }] })).toBe('g');
});

test('a request is greedy only where it says so: what is left open is the container’s to decide', () => {
  const isGreedy = (settings: Partial<PayloadSettings>): boolean =>
    createPayload({ model: 'm', inferenceParameters: {}, ...settings }).isGreedy;
  expect(isGreedy({})).toBe(false);
  expect(isGreedy({ inferenceParameters: { do_sample: true } })).toBe(false);
  expect(isGreedy({ inferenceParameters: { do_sample: false } })).toBe(true);
  expect(isGreedy({ contentTemplate: { inputs: '$prompt', parameters: { temperature: 0.9 } } })).toBe(false);
  expect(isGreedy({ contentTemplate: { prompt: '$prompt', temperature: 0 } })).toBe(true);
});

test('an empty answer is an answer', () => {
  expect(readAnswer('[{"generated_text": ""}]', compileJmespath('[0].generated_text', 'output')).text).toBe('');
});

test('a path that finds nothing shows the keys of the answer, not its values', () => {
  const output = compileJmespath('[0].generation', 'output');
  const read = () => readAnswer('[{"generated_text": "secret", "details": {"tokens": [{"id": 1}]}}]', output);
  expect(read).toThrow(
    'JMESPath "[0].generation" finds nothing in the answer, which has [0].{generated_text, details.{tokens[0].{id}}}',
  );
  expect(describeShape(null)).toBe('a null');
  expect(describeShape('x')).toBe('a string');
});

test('what is no JSON and what is no JMESPath are said to be so', () => {
  const output = compileJmespath('a', 'output');
  expect(() => readAnswer('<html>', output)).toThrow('is not JSON: "<html>"');
  let thrown: unknown;
  try {
    compileJmespath('[0', 'evaluation_config.output of m');
  } catch (error) {
    thrown = error;
  }
  expect(isAssayError(thrown) && thrown.code).toBe('CONFIG_INVALID');
});

test('token counts and the reason of the end are read where they stand', () => {
  const output = compileJmespath('[0].generated_text', 'output');
  const answer = [
    { generated_text: 'x', details: { finish_reason: 'length', generated_tokens: 3, prefill: [{}, {}] } },
  ];
  expect(readAnswer(JSON.stringify(answer), output)).toEqual({
    text: 'x',
    finishReason: 'length',
    promptTokens: 2,
    newTokens: 3,
  });
});

test('log-probabilities come as a list without its first null, or as one sum', () => {
  const list = compileJmespath('[0].details.prefill[*].logprob', 'log_probability');
  const answer = { details: { prefill: [{ id: 1, logprob: null }, { logprob: -1.5 }, { logprob: -0.5 }] } };
  expect(readLogProbabilities(JSON.stringify([answer]), list)).toEqual([-1.5, -0.5]);
  expect(readLogProbabilities('{"p": -3}', compileJmespath('p', 'log_probability'))).toEqual([-3]);
});

test.each([
  [
    'data:{"token":{"text":"Hel"}}\n\ndata:{"token":{"text":"lo"}}\n\ndata:{"token":{"text":"</s>","special":true},"generated_text":null}\n',
  ],
  [
    'data:{"token":{"text":"Hel"}}\n\ndata:{"token":{"text":"lo"},"generated_text":"Hello","details":{"finish_reason":"eos_token"}}\n',
  ],
  ['{"outputs":["Hel"]}\n{"outputs":["lo"]}\n'],
  [
    'data: {"choices":[{"delta":{"content":"Hel"}}]}\n\ndata: {"choices":[{"delta":{"content":"lo"}}]}\n\ndata: [DONE]\n',
  ],
  ['[{"generated_text":"Hello"}]'],
])('a streamed answer is put together: %j', (streamed) => {
  expect(readStreamedAnswer(streamed, compileJmespath('[0].generated_text', 'output')).text).toBe('Hello');
});

test('the licence is accepted only where the config says so', () => {
  expect(customAttributes(undefined, undefined)).toBeUndefined();
  expect(customAttributes(undefined, false)).toBeUndefined();
  expect(customAttributes({ accept_eula: true }, undefined)).toBe('accept_eula=true');
  expect(customAttributes({ a: 1 }, true)).toBe('a=1;accept_eula=true');
  expect(() => customAttributes({ a: 'ü' }, undefined)).toThrow('ASCII');
});
