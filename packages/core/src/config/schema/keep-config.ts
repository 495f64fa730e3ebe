import { z } from 'zod';

export const keepConfig = z
  .strictObject({
    prompts: z.boolean().default(true).describe('The prompt of each sample as it was sent. Default true.'),
    outputs: z
      .boolean()
      .default(true)
      .describe('The answers of each sample. Default true; false keeps scores and counts alone.'),
    columns: z
      .array(z.string().min(1))
      .default([])
      .describe('Columns or JMESPaths that page and exports show beside each sample. Default none.'),
  })
  .describe('What a run keeps of each sample, for size and privacy.');
