import { readFileSync } from 'node:fs';
import { Template } from '@huggingface/jinja';
import { describe, expect, test } from 'vitest';
import { BoundedTemplate } from './bounded-jinja.ts';

const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hello, "you"\n<|im_end|>' },
];

describe('a template that does not come to its end', () => {
  test.each([
    ['loops within loops', '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}'],
    ['a range that fills the memory', '{% for a in range(100000000000) %}{% endfor %}'],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    [
      'a text that doubles',
      '{% set ns = namespace(t="xxxxxxxx") %}{% for a in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}{{ ns.t }}',
    ],
  ])('%s: ends in an error', (_, text) => {
    expect(() => new BoundedTemplate(text).render({ messages })).toThrow();
  });
});

test('chat templates of real models render as the library renders them, long conversations too', () => {
  const config = readFileSync(
    new URL('../../../../models/SmolLM2-135M-Instruct/tokenizer_config.json', import.meta.url),
    'utf8',
  );
  const { chat_template: text } = JSON.parse(config) as { chat_template: string };
  const long = Array.from({ length: 5000 }, (_, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: `${i}` }));
  for (const conversation of [messages, long]) {
    const items = { messages: conversation, add_generation_prompt: true, tools: null, bos_token: '<|im_start|>' };
    expect(new BoundedTemplate(text).render(items)).toBe(new Template(text).render(items));
  }
});

test('has the globals of transformers', () => {
  const text =
    '{{ range(2, 8, 3) | join(",") }} {{ True }} {{ none is none }} {{ strftime_now("%Y") }}{% if x %}{{ raise_exception("no") }}{% endif %}';
  const rendered = new BoundedTemplate(text).render({});
  expect(rendered).toBe(new Template(text).render({}));
  expect(() => new BoundedTemplate(text).render({ x: 1 })).toThrow('no');
});
