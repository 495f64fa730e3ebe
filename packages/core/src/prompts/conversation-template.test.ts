import { expect, test } from 'vitest';
import type { Sample } from '../samples/sample.ts';
import { composePrompt } from './compose-prompt.ts';
import { compileConversationTemplate, conversationIn } from './conversation-template.ts';

const sampleOf = (record: Record<string, unknown>): Sample => ({
  ...{ index: 0, digest: '0'.repeat(16), features: { model_input: 'Who?' }, record },
});

test('placeholders stand within the texts, and values with quotes or lines break nothing', () => {
  const text = '[{"role":"system","content":"On $topic"},{"role":"user","content":"$model_input"}]';
  const template = compileConversationTemplate(text);
  expect([template.fields, template.usesModelInput]).toEqual([['topic'], true]);
  const { messages } = composePrompt(template, sampleOf({ topic: 'a "b"\n{c}' }), undefined, { chat: 'json' });
  expect(messages).toEqual([
    { role: 'system', content: 'On a "b"\n{c}' },
    { role: 'user', content: 'Who?' },
  ]);
});

test('a row may hold the conversation, or a plain text in its place', () => {
  const template = compileConversationTemplate(`\${said}`);
  const asked = (said: string) => composePrompt(template, sampleOf({ said }), undefined, { chat: 'json' });
  expect(asked('[{"role":"assistant","content":"Hi"},{"role":"user","content":"x"}]').messages).toEqual([
    { role: 'assistant', content: 'Hi' },
    { role: 'user', content: 'x' },
  ]);
  expect(asked('[1, 2]')).toEqual({ text: '[1, 2]', messages: [{ role: 'user', content: '[1, 2]' }] });
});

test('content that is more than text is kept for models that take it, and refused for others', () => {
  const parts = [
    { type: 'text', text: 'See' },
    { type: 'image_url', image_url: { url: 'data:x' } },
  ];
  const text = JSON.stringify([{ role: 'user', content: parts }]);
  expect(conversationIn(text)).toEqual([{ role: 'user', content: 'See', parts }]);
  const template = compileConversationTemplate(text);
  expect(() => composePrompt(template, sampleOf({}), undefined, { chat: 'json' })).toThrow('is more than text');
  const frame = { chat: 'json', takesParts: true } as const;
  expect(composePrompt(template, sampleOf({}), undefined, frame).messages).toEqual([
    { role: 'user', content: 'See', parts },
  ]);
});

test('a role that is not known is refused', () => {
  expect(() => conversationIn('[{"role":"tool","content":"x"}]')).toThrow('has the role "tool"');
});

test('fields that are wanted beside go with the prompt', () => {
  const template = compileConversationTemplate('$model_input');
  expect(composePrompt(template, sampleOf({ vars: { a: 1 } }), undefined, { fields: ['vars', 'gone'] }).fields).toEqual(
    {
      vars: { a: 1 },
      gone: null,
    },
  );
});
