import { expect, test } from 'vitest';
import type { Sample } from '../samples/sample.ts';
import { composePrompt } from './compose-prompt.ts';
import { compilePromptTemplate } from './prompt-template.ts';

const sample: Sample = {
  index: 0,
  digest: '0'.repeat(16),
  features: { model_input: 'Who?' },
  record: { topic: 'people' },
};
const template = compilePromptTemplate('Q: $feature\nA:');
const fewShot = [{ input: 'What?', output: 'That.' }];

test('without a frame the text is the rendered template and the only turn', () => {
  expect(composePrompt(template, sample)).toEqual({
    text: 'Q: Who?\nA:',
    messages: [{ role: 'user', content: 'Q: Who?\nA:' }],
  });
});

test('system prompt and examples come first, in both forms', () => {
  expect(composePrompt(template, sample, undefined, { system: 'Be brief.', fewShot })).toEqual({
    text: 'Be brief.\n\nQ: What?\nA: That.\n\nQ: Who?\nA:',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Q: What?\nA:' },
      { role: 'assistant', content: 'That.' },
      { role: 'user', content: 'Q: Who?\nA:' },
    ],
  });
});

test('white space at the end of an example’s prompt is kept as the gap', () => {
  const { text } = composePrompt(compilePromptTemplate('$feature\n'), sample, undefined, { fewShot });
  expect(text).toBe('What?\nThat.\n\nWho?\n');
});

test('a perturbed input takes the sample’s place; examples stay', () => {
  const { text } = composePrompt(template, sample, 'WHO?', { fewShot });
  expect(text).toBe('Q: What?\nA: That.\n\nQ: WHO?\nA:');
});

test('an example brings the other fields that the template names', () => {
  const topical = compilePromptTemplate('[$topic] $feature');
  const { text } = composePrompt(topical, sample, undefined, {
    fewShot: [{ input: 'What?', output: 'That.', topic: 'things' }],
  });
  expect(text).toBe('[things] What? That.\n\n[people] Who?');
  expect(() => composePrompt(topical, sample, undefined, { fewShot })).toThrow(
    expect.objectContaining({ code: 'PROMPT_FIELD_MISSING' }),
  );
});

test('chat: never leaves the turns out', () => {
  expect(composePrompt(template, sample, undefined, { system: 's', chat: 'never' })).toEqual({
    text: 's\n\nQ: Who?\nA:',
  });
});
