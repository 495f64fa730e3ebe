import { z } from 'zod';

export const keepConfig = z
  .strictObject({
    prompts: z.boolean().default(true).describe('The prompt of each sample as it was sent. Default true.'),
    outputs: z
      .boolean()
      .default(true)
      .describe('The answers of each sample. Default true; false keeps scores and counts alone.'),
    tokens: z
      .boolean()
      .default(false)
      .describe(
        'The tokens of each answer, and of each text that is scored, with their log-probabilities, where the model gives them: up to 1,024 an answer and 4,096 a sample. Default false.',
      ),
    columns: z
      .array(z.string().min(1))
      .default([])
      .describe('Columns or JMESPaths that page and exports show beside each sample. Default none.'),
  })
  .describe('What a run keeps of each sample, for size and privacy.');
