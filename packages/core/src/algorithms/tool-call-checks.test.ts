import { expect, test } from 'vitest';
import { isValidToolCall } from './tool-call-checks.ts';

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const openai = [{ type: 'function', function: { name: 'weather', parameters } }];
const gemini = [
  {
    functionDeclarations: [
      { name: 'weather', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] } },
      { name: 'now' },
    ],
  },
];
const call = (given: string, name = 'weather') => [{ type: 'function', function: { name, arguments: given } }];

test.each([
  ['the function with its arguments', call('{"city":"Oslo"}'), true],
  ['a message with calls', { tool_calls: call('{"city":"Oslo"}') }, true],
  ['an argument of another type', call('{"city":1}'), false],
  ['no arguments that are JSON', call('city=Oslo'), false],
  ['a function that nobody offered', call('{}', 'other'), false],
  ['a text', 'It is sunny.', false],
  ['no call', [], false],
  ['what an MCP server gave', 'MCP Tool Result (ask): sunny', true],
  ['an error of an MCP server', 'MCP Tool Error (ask): down', false],
])('is-valid-openai-tools-call of %s', (_, output, holds) => {
  expect(isValidToolCall('is-valid-openai-tools-call', output, openai)).toBe(holds);
});

test.each([
  ['one in OpenAI’s older form', { name: 'weather', arguments: '{"city":"Oslo"}' }, openai, true],
  ['the same in its message', { function_call: { name: 'weather', arguments: '{"city":"Oslo"}' } }, openai, true],
  ['one of Gemini’s', [{ functionCall: { name: 'weather', args: { city: 'Oslo' } } }], gemini, true],
  [
    'one of Gemini’s with an argument of another type',
    [{ functionCall: { name: 'weather', args: { city: 1 } } }],
    gemini,
    false,
  ],
  ['one without parameters', [{ functionCall: { name: 'now', args: {} } }], gemini, true],
  ['one of Gemini’s that nobody offered', [{ functionCall: { name: 'x', args: {} } }], gemini, false],
  ['a text', 'It is sunny.', gemini, false],
])('is-valid-function-call of %s', (_, output, tools, holds) => {
  expect(isValidToolCall('is-valid-function-call', output, tools)).toBe(holds);
});
