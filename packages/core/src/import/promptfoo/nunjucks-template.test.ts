import { expect, test } from 'vitest';
import { importedPromptfoo } from '../../../test/import/imported-promptfoo.ts';
import { renderNunjucksTemplate } from './nunjucks-template.ts';

const AT = { file: 'p.yaml' };
const VARS = { a: 'one two', n: 2, list: ['x', 'y'], deep: { b: [1] }, no: false, nothing: null };
const render = (text: string, own = new Map()) => renderNunjucksTemplate(text, VARS, AT, own);

// Each as Nunjucks 3.2.4 renders it.
test.each([
  ['{{ a | upper }}', 'ONE TWO'],
  ['{{ a | title }} {{ a | capitalize }}', 'One Two One two'],
  [
    '{{ gone }}|{{ nothing }}|{{ gone | default("d") }}|{{ no | default("d") }}|{{ no | default("d", true) }}',
    '||d|false|d',
  ],
  ['{{ nothing | default("d") }}|{{ a.length }}{{ list.length }}|{{ x.y }}|{{ a[0] }}', '|72||o'],
  ['{{ list | reverse | join }} {{ "a" ~ 1 }} {{ n if no else 7 }} {{ 5 / 2 }}', 'yx a1 7 2.5'],
  ['{{ deep | length }} {{ a == "one two" }} {{ "x" in list }}', '1 true true'],
  ['{{ list }} {{ deep }}', 'x,y [object Object]'],
  ['{{ list | join(", ") }} {{ list | length }} {{ list | first }}{{ list | last }}', 'x, y 2 xy'],
  ['{{ deep | dump }} {{ deep.b[0] }}', '{"b":[1]} 1'],
  ['{% for x in list %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}', '1x,2y'],
  ['{% if n > 1 and not no %}yes{% elif n %}some{% else %}no{% endif %}', 'yes'],
  ['{% set m = n * 3 %}{{ m + 1 }}', '7'],
  ['{{ a | replace("o", "0") | reverse }}', '0wt en0'],
  ['a\n{{ n | string }}\n', 'a\n2\n'],
  ['{{ 2.567 | round(1) }} {{ "3.7" | int }} {{ "3.7" | float }} {{ a | wordcount }}', '2.6 3 3.7 2'],
])('%j is %j', (text, expected) => {
  expect(render(text)).toBe(expected);
});

test('filters of the config’s own go first', () => {
  expect(
    render(
      '{{ a | upper }}{{ a | mine(1) }}',
      new Map([
        ['upper', () => 'own '],
        ['mine', (text: unknown, n: unknown) => `${text}${n}`],
      ]),
    ),
  ).toBe('own one two1');
});

test.each([
  ['{{ a | nobody }}', 'the filter nobody is not known'],
  ['{{ env.KEY }}', 'it names a variable of the environment'],
  ['{{ a | constructor }}', 'the filter constructor is not known'],
  ['{% for x in range(1000000) %}{% endfor %}', 'more than'],
  ['{% if %}', ''],
  ['{{ a', ''],
])('%j cannot be rendered', (text, why) => {
  expect(() => render(text)).toThrow(
    expect.objectContaining({ code: 'IMPORT_UNSUPPORTED', message: expect.stringContaining(why) }),
  );
});

test('prompts with blocks and filters are rendered for each row, JSON text by text', async () => {
  const text = `prompts: ['{{ a | shout }}{% if b %}!{% endif %}', '[{"role":"user","content":"{{ a | upper }}"}]', 'plain {{a}}']
providers: [openai:gpt-4o]
nunjucksFilters: { shout: ./shout.cjs }
tests: [{ vars: { a: 'x "y"', b: true }, assert: [{ type: contains, value: '{{ a | upper }}' }] }]`;
  const files = { 'shout.cjs': 'module.exports = (text) => text + text.length;' };
  const made = await importedPromptfoo(text, files, { allowCode: true });
  expect(made.told).toEqual([]);
  expect(made.rows).toMatchObject([
    { rendered_0: 'x "y"5!', rendered_1: '[{"role":"user","content":"X \\"Y\\""}]', checks: [{ value: 'X "Y"' }] },
  ]);
  expect(made.rows[0]).not.toHaveProperty('rendered_2');
  expect((await importedPromptfoo(text, files)).told).toEqual([
    'the filter shout is code, which is not run',
    expect.stringContaining('the filter shout is not known'),
  ]);
});
