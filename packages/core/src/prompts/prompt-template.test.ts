// biome-ignore-all lint/suspicious/noTemplateCurlyInString: prompt templates have placeholders of their own.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sample } from '../samples/sample.ts';
import { checkPromptTemplate } from './check-template.ts';
import { compilePromptTemplate, sampleLookup } from './prompt-template.ts';

const sample: Sample = {
  index: 0,
  digest: '0'.repeat(16),
  features: { model_input: 'Who?', context: 'a passage', choices: ['red', 'blue'] },
  record: {
    question: 'Who?',
    title: 'T',
    n: 3,
    context: 'not this',
    deep: { name: 'inner' },
    'two words': 'w',
    gap: null,
  },
};
const render = (text: string): string => compilePromptTemplate(text).render(sampleLookup(sample));

describe('a placeholder', () => {
  test.each([
    ['Q: $feature A:', 'Q: Who? A:'],
    ['$model_input', 'Who?'],
    ['${model_input}s', 'Who?s'],
    ['$context: $title', 'a passage: T'],
    ['${deep.name} ${two words} $n', 'inner w 3'],
    ['$choices', 'A. red\nB. blue'],
    ['$$feature', '$feature'],
    ['costs $5, 5$ and $', 'costs $5, 5$ and $'],
    ['$$5', '$5'],
    ['plain', 'plain'],
  ])('%j renders as %j', (template, expected) => expect(render(template)).toBe(expected));

  test('is never looked for in data', () => {
    const hostile: Sample = { ...sample, features: { model_input: '$title ${n} $$' } };
    expect(compilePromptTemplate('[$feature]').render(sampleLookup(hostile))).toBe('[$title ${n} $$]');
  });

  test('takes another model input in place of the sample’s', () => {
    expect(compilePromptTemplate('$feature $title').render(sampleLookup(sample, 'WHO?'))).toBe('WHO? T');
  });

  test('is an error where this row has no model input, and an empty text where it has an empty one', () => {
    const { render } = compilePromptTemplate('Q: $feature');
    expect(() => render(sampleLookup({ ...sample, features: {} }, ''))).toThrow(
      expect.objectContaining({ code: 'PROMPT_FIELD_MISSING' }),
    );
    expect(render(sampleLookup({ ...sample, features: { model_input: '' } }, ''))).toBe('Q: ');
    expect(render(sampleLookup(sample, ''))).toBe('Q: ');
  });

  test('that this row lacks is an error, not an empty text', () => {
    expect(() => render('$gap')).toThrow(expect.objectContaining({ code: 'PROMPT_FIELD_MISSING' }));
    expect(() => render('$nowhere')).toThrow(expect.objectContaining({ code: 'PROMPT_FIELD_MISSING' }));
  });
});

test('any text can be written with doubled dollars', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => render(text.replaceAll('$', '$$$$')) === text));
});

test.each(['${open', '${}', '${ }', '${a[}'])('%j is a template error', (text) => {
  expect(() => compilePromptTemplate(text, { file: 'c.yaml', line: 3 })).toThrow(
    expect.objectContaining({ code: 'PROMPT_TEMPLATE', at: { file: 'c.yaml', line: 3 } }),
  );
});

test('fields are listed once, the model input apart', () => {
  expect(compilePromptTemplate('$title $feature ${title} $context')).toMatchObject({
    fields: ['title', 'context'],
    usesModelInput: true,
  });
  expect(compilePromptTemplate('$title')).toMatchObject({ usesModelInput: false });
});

describe('before any work', () => {
  const dataset = { features: ['model_input', 'context'] as const, columns: () => ['question', 'title'] };
  const check = (text: string) => () =>
    checkPromptTemplate(compilePromptTemplate(text), dataset, sample, { file: 'c.yaml', line: 9 });

  test('fields that exist pass', () => expect(check('$feature $context $title ${deep.name}')).not.toThrow());

  test('an unknown field is named with those that exist', () => {
    expect(check('$feature $titel')).toThrow(
      expect.objectContaining({
        code: 'PROMPT_FIELD_MISSING',
        hint: 'did you mean "$title"? fields: model_input, context, question, title; write $$ for a dollar',
        at: { file: 'c.yaml', line: 9 },
      }),
    );
  });

  test('a template that asks for an input the dataset has no key for says which key to set', () => {
    const without = { features: [] as const, columns: () => ['question'] };
    expect(() => checkPromptTemplate(compilePromptTemplate('$feature'), without, sample)).toThrow(
      expect.objectContaining({
        code: 'PROMPT_FIELD_MISSING',
        hint: 'set dataset.model_input_key to one of: question',
      }),
    );
  });
});
