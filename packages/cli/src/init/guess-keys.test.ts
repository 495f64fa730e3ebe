import { expect, test } from 'vitest';
import { guessKeys } from './guess-keys.ts';

const guessed = (columns: readonly string[], given = {}) =>
  Object.fromEntries(
    guessKeys(new Map(columns.map((name) => [name, []])), given).map(({ key, column }) => [key, column]),
  );

test.each([
  [
    ['id', 'question', 'answer', 'topic'],
    { model_input_key: 'question', target_output_key: 'answer', category_key: 'topic' },
  ],
  [['Prompt', 'Label'], { model_input_key: 'Prompt', target_output_key: 'Label' }],
  [
    ['question', 'text', 'output', 'reference'],
    { model_input_key: 'question', target_output_key: 'reference', model_output_key: 'output' },
  ],
  [['Question (EN/DE)', 'Gold answer '], { model_input_key: 'Question (EN/DE)', target_output_key: 'Gold answer ' }],
  [['user_question', 'gold_answer'], { model_input_key: 'user_question', target_output_key: 'gold_answer' }],
  [['Frage', 'Antwort', 'Thema'], { model_input_key: 'Frage', target_output_key: 'Antwort', category_key: 'Thema' }],
  [['userQuestion', 'modelAnswer'], { model_input_key: 'userQuestion', model_output_key: 'modelAnswer' }],
  [
    ['Pregunta', 'Respuesta', 'Categoría'],
    { model_input_key: 'Pregunta', target_output_key: 'Respuesta', category_key: 'Categoría' },
  ],
  [['Musterlösung', 'Prüfungsfrage'], { model_input_key: 'Prüfungsfrage', target_output_key: 'Musterlösung' }],
  [['Lösung', 'Frage'], { model_input_key: 'Frage', target_output_key: 'Lösung' }],
  [['質問', '回答'], { model_input_key: '質問', target_output_key: '回答' }],
  [['question_id', 'answer_type'], { category_key: 'answer_type' }],
  [['a', 'b'], {}],
])('of the columns %j it takes %j', (columns, keys) => expect(guessed(columns)).toEqual(keys));

test('a key that is given goes first, and its column is not taken twice', () => {
  expect(guessed(['question', 'answer'], { target_output_key: 'question' })).toEqual({});
});

test('names that say nothing are told by what the columns hold, and why is said', () => {
  const texts = Array.from({ length: 12 }, (_, i) => `Who was number ${i}?`);
  const columns = new Map([
    ['nr', texts.map((_, i) => String(i))],
    ['spalte_1', texts],
    ['spalte_2', texts.map((_, i) => `person ${i}`)],
    ['spalte_3', texts.map((_, i) => (i % 2 === 0 ? 'history' : 'arts'))],
  ]);
  expect(guessKeys(columns, {})).toEqual([
    { key: 'model_input_key', column: 'spalte_1', why: 'most of its texts are questions or instructions' },
    { key: 'target_output_key', column: 'spalte_2', why: 'it holds a short text in each row' },
    { key: 'category_key', column: 'spalte_3', why: 'the same few texts come again and again' },
  ]);
});
