import { z } from 'zod';

/** Keys that every runner understands; what else the file names is handed to the endpoint untouched. */
export const inferenceParameters = z
  .looseObject({
    max_new_tokens: z
      .int()
      .min(1)
      .optional()
      .describe('Longest answer, in tokens. Default 64 where the model decides nothing else.'),
    temperature: z.number().min(0).optional().describe('0 always takes the likeliest token. Default 0.'),
    top_k: z.int().min(0).optional().describe('Sample from the k likeliest tokens; 0 keeps all.'),
    top_p: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe('Sample from the likeliest tokens that together reach this probability.'),
    min_p: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Drop tokens below this share of the likeliest one’s probability.'),
    repetition_penalty: z.number().gt(0).optional().describe('Divides the logit of tokens already seen; 1 is off.'),
    presence_penalty: z
      .number()
      .optional()
      .describe('Subtracted from the logit of tokens already generated; 0 is off.'),
    frequency_penalty: z
      .number()
      .optional()
      .describe('Subtracted from the logit of a token once for each time it was generated; 0 is off.'),
    stop: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('Generation ends before the first of these texts.'),
    seed: z.int().optional().describe('Seeds sampling for this model in place of the run’s seed.'),
    return_full_text: z
      .boolean()
      .optional()
      .describe('Whether endpoints repeat the prompt in the answer. Local models never do.'),
  })
  .describe('Generation settings. Keys not listed here are passed to endpoints as they are.');

export type InferenceParameters = z.output<typeof inferenceParameters>;
