import { z } from 'zod';

export const keepConfig = z
  .strictObject({
    prompts: z.boolean().default(true).describe('Prompts as sent. Default true.'),
    outputs: z.boolean().default(true).describe('Answers; without them scores and counts stay. Default true.'),
    tokens: z
      .boolean()
      .default(false)
      .describe(
        'Tokens of answers and scored texts with their log-probabilities: up to 1,024 an answer, 4,096 a sample. Default false.',
      ),
    columns: z
      .array(z.string().min(1))
      .default([])
      .describe('Columns or JMESPaths shown beside each sample. Default none.'),
  })
  .describe('What a run keeps of each sample.');
