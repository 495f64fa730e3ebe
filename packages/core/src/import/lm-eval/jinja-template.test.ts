import { expect, test } from 'vitest';
import { compileJinja } from './jinja-template.ts';

const doc = {
  text: '  The cat sat\n',
  choices: { text: ["it's", 'b', 'c'], label: ['A', 'B', 'C'] },
  answerKey: 'B',
  n: 3,
  half: 0.5,
  yes: true,
  none: null,
  list: [{ atext: 'x' }, { atext: 'y' }],
};

// Each expectation is what jinja2 3.1.6 gives in lm-evaluation-harness's environment.
test.each([
  ['{{choices.label.index(answerKey)}}', '1'],
  ['{{choices.text}}', `["it's", 'b', 'c']`],
  ['{{text.strip()}}|{{text.lstrip()}}', 'The cat sat|The cat sat\n'],
  ["{{'xxhixx'.strip('x')}}", 'hi'],
  ["{{text.split(' ')[-1]}}", 'sat\n'],
  ["{{text.strip().split(' ')[:-1]|join(' ')}}", 'The cat'],
  ['{{n - 1}} {{half}} {{yes}} {{none}}', '2 0.5 True None'],
  ['{{"%s"}}{{ n / 1 }}', '%s3.0'],
  ["{{list|map(attribute='atext')|list}}", "['x', 'y']"],
  ["{{['True', 'Neither'][n - 3]}}", 'True'],
  ["{{answerKey if answerKey is defined else 'q'}}", 'B'],
  ["{{answerKey if missing is not defined else 'q'}}", 'B'],
  ["{% set p = 'Q: ' %}{{p + answerKey}}", 'Q: B'],
  ['{% for c in choices.text %}{{loop.index}}{{c}} {% endfor %}', "1it's 2b 3c "],
  ['{% if yes %}\nyes\n{% endif %}\n', '\nyes\n\n'],
  ["{{'1,234'|regex_replace(',', '')}}", '1234'],
  ["{{'a-b'.replace('-', ' ')}}\n", 'a b\n'],
  ["{{choices.text|length}}{{'aXbX'.count('X')}}{{'abc'.find('c')}}", '322'],
])('%s renders as in Python', (template, rendered) => {
  expect(compileJinja(template, { file: 't' }).render(doc)).toBe(rendered);
});

test.each(['{{missing}}', "{{choices.label.index('Z')}}", '{{n.strip()}}'])('%s fails', (template) => {
  expect(() => compileJinja(template, { file: 't', line: 3 }).render(doc)).toThrow(/fails/);
});

test('a template that is not closed is told at its place', () => {
  expect(() => compileJinja('{{a', { file: 't', line: 3 })).toThrow(
    expect.objectContaining({ code: 'PROMPT_TEMPLATE', at: { file: 't', line: 3 } }),
  );
});
