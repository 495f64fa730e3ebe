import { z } from 'zod';

export const fewShotExample = z
  .object({
    input: z.string().describe('Its model input, before the template.'),
    output: z.string().describe('The right answer.'),
  })
  .catchall(z.string().describe('Another field of the template, such as `context`.'))
  .describe('One worked example shown to the model before the question.');

export const CHAT_MODES = ['auto', 'always', 'never', 'json'] as const;

export const promptConfig = z
  .strictObject({
    template: z
      .string()
      .optional()
      .describe('`$model_input` is the model input, `$name` another field, `$$` a dollar.'),
    system: z.string().optional().describe('System prompt.'),
    few_shot: z.array(fewShotExample).optional().describe('Worked examples before the question.'),
    chat: z
      .enum(CHAT_MODES)
      .optional()
      .describe('The model’s chat template: `auto`, where it has one; `json`: `template` is a JSON list of messages.'),
  })
  .describe('Prompt of every model whose evaluation_config has none.');

export type ChatMode = (typeof CHAT_MODES)[number];
export type FewShotExample = z.output<typeof fewShotExample>;
export const namedPrompt = promptConfig
  .extend({ name: z.string().min(1).describe('Its name in results; unique.') })
  .describe('One prompt to try; what it leaves out, `prompt` says.');

export type PromptConfig = z.output<typeof promptConfig>;
