// Chat templates come with a model's files: each renders, or refuses, and always ends.
import { readFileSync } from 'node:fs';
import { compileChatTemplate } from '@assay/core';
import { mutateBytes } from '../mutate.mjs';
import { Violation } from '../target.mjs';

const config = new URL('../../models/SmolLM2-135M-Instruct/tokenizer_config.json', import.meta.url);
const seeds = [
  JSON.parse(readFileSync(config, 'utf8')).chat_template,
  "{% for m in messages %}{% if loop.first and m['role'] != 'system' %}{{ bos_token }}{% endif %}[{{ m.role | upper }}] {{ m['content'] | trim }}{{ eos_token }}{% endfor %}",
  "{% macro show(m, depth=0) %}{{ m.content }}{% if depth < 3 %}{{ show(m, depth + 1) }}{% endif %}{% endmacro %}{% set ns = namespace(n=0, text='') %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% set ns.text = ns.text + m.content %}{{ show(m) }}{% endfor %}{{ ns.n }}{{ range(ns.n * 1000) | length }}",
  "{%- if tools %}{{ tools | tojson(indent=2) }}{% endif %}{%- for m in messages[1:] | reverse %}{{- m.content.split('x')[0].strip() ~ '\\n' * 3 -}}{%- endfor %}{{ strftime_now('%d %b %Y') }}",
];
const WORDS = [
  'range(100000)',
  '{% for a in messages %}',
  '{% endfor %}',
  'messages',
  '* 99999',
  "~ 'x'",
  '| join',
  '.content',
  '{% set x = x ~ x %}',
  'loop.index0',
  '[::-1]',
  '{{ show(m) }}',
  '| tojson',
  'range(9999999)',
];

export function make(random) {
  let text = random.pick(seeds);
  for (let n = random.below(4); n > 0; n--) {
    const at = random.below(text.length);
    text = `${text.slice(0, at)}${random.pick(WORDS)}${text.slice(at)}`;
  }
  if (random.chance(0.4)) text = mutateBytes(Buffer.from(text), random, seeds).toString('utf8');
  return { text };
}

export const freeze = (made) => made;
export const revive = (frozen) => frozen;

export async function check({ text }) {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello x' },
  ];
  const started = process.cpuUsage();
  try {
    const template = await compileChatTemplate(text);
    const rendered = template.render({
      messages,
      add_generation_prompt: true,
      bos_token: '<s>',
      eos_token: '</s>',
      tools: null,
    });
    if (typeof rendered !== 'string') throw new Violation(`rendered to ${typeof rendered}`);
  } catch (thrown) {
    // The tokenizer tells any error of the template as PROMPT_TEMPLATE.
    if (thrown instanceof Violation) throw thrown;
  }
  const seconds = process.cpuUsage(started).user / 1e6;
  if (seconds > 10) throw new Violation(`it took ${seconds.toFixed(1)} CPU seconds`);
}
