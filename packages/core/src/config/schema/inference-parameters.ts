import { z } from 'zod';

/** Keys that every runner understands; what else the file names is handed to the endpoint untouched. */
export const inferenceParameters = z
  .looseObject({
    max_new_tokens: z.int().min(1).optional().describe('Longest answer, in tokens. Default 64, or the model’s.'),
    temperature: z.number().min(0).optional().describe('0 takes the likeliest token. Default 0.'),
    top_k: z.int().min(0).optional().describe('Of the k likeliest tokens; 0 keeps all.'),
    top_p: z.number().gt(0).max(1).optional().describe('Of the likeliest tokens that together reach this.'),
    min_p: z.number().min(0).max(1).optional().describe('Least share of the likeliest one’s probability.'),
    repetition_penalty: z.number().gt(0).optional().describe('Divides logits of tokens seen; 1 is off.'),
    presence_penalty: z.number().optional().describe('Subtracted from logits of tokens generated; 0 is off.'),
    frequency_penalty: z.number().optional().describe('The same, for each time; 0 is off.'),
    stop: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('Ends before the first of these.'),
    seed: z.int().optional().describe('In place of the run’s.'),
    return_full_text: z.boolean().optional().describe('Endpoints repeat the prompt in the answer.'),
  })
  .describe('Generation settings; other keys go to endpoints as they are.');

export type InferenceParameters = z.output<typeof inferenceParameters>;
