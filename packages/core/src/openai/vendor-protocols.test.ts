import { expect, test } from 'vitest';
import { isAssayError } from '../errors/assay-error.ts';
import type { OpenaiModel } from './openai-model.ts';
import { protocolOf } from './protocol-of.ts';

function modelOf(api: string, parameters: Record<string, unknown> = {}, base = 'https://v.example/v1'): OpenaiModel {
  const { temperature } = parameters as { temperature?: number };
  return {
    ...{ runner: 'openai', name: 'm', openai: { model: 'x/y', base_url: base, api } },
    ...{ generate: temperature === undefined ? {} : { temperature }, inferenceParameters: parameters },
  } as unknown as OpenaiModel;
}

const said = (answer: unknown) => (isAssayError(answer) ? `${answer.code} ${answer.message}` : answer);
const prompt = {
  ...{ id: 'a', text: 'Who?', seed: 7 },
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'Who?', parts: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] },
  ],
} as const;

test('Gemini: a conversation in its own words; what nobody set is left to the model', () => {
  const { path, body, headers } = protocolOf(modelOf('gemini', { tools: [{ googleSearch: {} }] }));
  expect([path, headers('k')]).toEqual(['models/x%2Fy:generateContent', { 'x-goog-api-key': 'k' }]);
  expect(JSON.parse(JSON.stringify(body(prompt, {})))).toEqual({
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      { role: 'user', parts: [{ text: 'Hi' }] },
      { role: 'model', parts: [{ text: 'Hello' }] },
      { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' } }] },
    ],
    generationConfig: {},
    tools: [{ googleSearch: {} }],
  });
  const project = modelOf(
    'gemini',
    {},
    'https://eu-aiplatform.googleapis.com/v1/projects/p/locations/eu/publishers/google',
  );
  expect(protocolOf(project).headers('t')).toEqual({ authorization: 'Bearer t' });
});

test('Gemini: settings, a schema and log-probabilities', () => {
  const { body, read } = protocolOf(
    modelOf('gemini', { temperature: 0.5, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }),
  );
  const options = { maxNewTokens: 9, logProbabilities: true, topLogProbabilities: 2, stop: ['x'] };
  const constraint = { type: 'json_schema', schema: { type: 'object' } } as const;
  expect(body({ id: 'a', text: 'Who?', seed: 7, constraint }, options).generationConfig).toMatchObject({
    ...{ temperature: 0.5, maxOutputTokens: 9, stopSequences: ['x'], seed: 7, responseLogprobs: true, logprobs: 2 },
    ...{ responseMimeType: 'application/json', responseJsonSchema: { type: 'object' } },
    thinkingConfig: { thinkingBudget: 0 },
  });
  const chosen = { token: 'Ann', tokenId: 3, logProbability: -0.1 };
  const answer = {
    candidates: [
      {
        content: { parts: [{ text: 'thinking', thought: true }, { text: 'Ann' }] },
        finishReason: 'MAX_TOKENS',
        logprobsResult: {
          chosenCandidates: [chosen],
          topCandidates: [{ candidates: [chosen, { token: 'Bo', logProbability: -2 }] }],
        },
      },
    ],
    usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 1, thoughtsTokenCount: 5 },
  };
  expect(read(answer)).toEqual({
    ...{ text: 'Ann', finishReason: 'length', promptTokens: 4, newTokens: 6 },
    tokens: [
      {
        ...{ text: 'Ann', id: 3, logProbability: -0.1 },
        top: [
          { text: 'Ann', id: 3, logProbability: -0.1 },
          { text: 'Bo', logProbability: -2 },
        ],
      },
    ],
  });
});

test.each([
  [{ promptFeedback: { blockReason: 'SAFETY' } }, 'RUNNER_REFUSED Google refuses the prompt (SAFETY)'],
  [{ candidates: [{ finishReason: 'RECITATION' }] }, expect.stringContaining('RUNNER_REFUSED')],
  [{ candidates: [] }, expect.stringContaining('RUNNER_NO_ANSWER')],
  ['nothing', expect.stringContaining('RUNNER_NO_ANSWER')],
  [
    { candidates: [{ content: { parts: [{ functionCall: { name: 'f' } }] }, finishReason: 'STOP' }] },
    { text: '[{"functionCall":{"name":"f"}}]', finishReason: 'stop', form: 'json' },
  ],
])('Gemini: %j', (answer, expected) => {
  expect(said(protocolOf(modelOf('gemini')).read(answer))).toEqual(expected);
});

test('responses: one question is a text, a conversation a list; models that reason take no temperature', () => {
  const { path, body } = protocolOf(modelOf('responses', { tools: [{ type: 'web_search' }] }));
  expect(path).toBe('responses');
  expect(JSON.parse(JSON.stringify(body({ id: 'a', text: 'Who?' }, { maxNewTokens: 9 })))).toEqual({
    ...{ model: 'x/y', input: 'Who?', temperature: 0, max_output_tokens: 9, tools: [{ type: 'web_search' }] },
  });
  const reasoning = protocolOf(modelOf('responses', { reasoning: { effort: 'low' } })).body(prompt, {});
  expect(JSON.parse(JSON.stringify(reasoning))).toMatchObject({ reasoning: { effort: 'low' }, input: { length: 4 } });
  expect(Object.keys(JSON.parse(JSON.stringify(reasoning)))).not.toContain('max_output_tokens');
});

const text = (value: string) => ({ type: 'message', content: [{ type: 'output_text', text: value }] });

test.each([
  [
    { status: 'completed', output: [{ type: 'web_search_call', action: { type: 'search', query: 'q' } }, text('a')] },
    { text: 'Web Search: "q"\na', finishReason: 'stop' },
  ],
  [
    { status: 'completed', output: [{ type: 'mcp_call', name: 'ask', error: 'down' }] },
    { text: 'MCP Tool Error (ask): down', finishReason: 'stop' },
  ],
  [
    { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [text('half')] },
    { text: 'half', finishReason: 'length' },
  ],
  [
    { status: 'completed', output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }] },
    'RUNNER_REFUSED No.',
  ],
  [{ status: 'failed', error: { message: 'down' }, output: [] }, 'RUNNER_FAILED the response failed: down'],
  [{ status: 'incomplete', output: [{ type: 'reasoning' }] }, expect.stringContaining('RUNNER_NO_ANSWER')],
  [{ choices: [] }, expect.stringContaining('RUNNER_NO_ANSWER')],
])('responses: %j', (answer, expected) => {
  expect(said(protocolOf(modelOf('responses')).read(answer))).toEqual(expected);
});

test('chat: calls of tools and what a schema asked for are values', () => {
  const calls = [{ function: { name: 'f', arguments: '{}' } }];
  const { read } = protocolOf(modelOf('chat'));
  expect(read({ choices: [{ message: { content: '', tool_calls: calls }, finish_reason: 'tool_calls' }] })).toEqual({
    ...{ text: JSON.stringify(calls), finishReason: 'stop', form: 'tool_calls' },
  });
  const schema = protocolOf(modelOf('chat', { response_format: { type: 'json_schema' } }));
  expect(schema.read({ choices: [{ message: { content: '{}' } }] })).toMatchObject({ text: '{}', form: 'json' });
});
