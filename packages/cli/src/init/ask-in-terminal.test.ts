import { expect, test } from 'vitest';
import { Conversation } from './ask-in-terminal.ts';

function answering(answers: readonly string[]) {
  const asked: string[] = [];
  const left = [...answers];
  const question = async (text: string): Promise<string> => {
    asked.push(text);
    return left.shift() ?? '';
  };
  return { conversation: new Conversation({ question }), asked };
}

test('Enter takes what is proposed, a dash takes nothing, and a column that is not there is asked for again', async () => {
  const { conversation, asked } = answering(['', 'Gold answer', '-', 'nowhere', 'Thema']);
  const columns = ['Frage', 'Gold answer ', 'Thema'];
  expect(await conversation.keys({ model_input_key: 'Frage', model_output_key: 'Thema' }, columns)).toEqual({
    model_input_key: 'Frage',
    target_output_key: 'Gold answer ',
    category_key: 'Thema',
  });
  expect(asked[0]).toBe('column of the question [Frage]: ');
});

test('without a file and with Enter alone, the questions that come with it and the proposed model are taken', async () => {
  const { conversation } = answering(['', '']);
  expect([await conversation.dataFile(), await conversation.model('SmolLM2')]).toEqual([undefined, 'SmolLM2']);
});
