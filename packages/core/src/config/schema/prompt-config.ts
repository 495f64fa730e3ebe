import { z } from 'zod';

export const fewShotExample = z
  .object({
    input: z.string().describe("The example's model_input, before the prompt template."),
    output: z.string().describe('What the model should have answered.'),
  })
  .catchall(z.string().describe('Any other field that the template names, such as `context`.'))
  .describe('One worked example shown to the model before the question.');

export const CHAT_MODES = ['auto', 'always', 'never', 'json'] as const;

export const promptConfig = z
  .strictObject({
    template: z
      .string()
      .optional()
      .describe(
        'Prompt template: `$feature` and `$model_input` are the model input, `$name` any other field, `$$` a dollar.',
      ),
    system: z.string().optional().describe('System prompt, used as it is.'),
    few_shot: z.array(fewShotExample).optional().describe('Worked examples put before the question, in this order.'),
    chat: z
      .enum(CHAT_MODES)
      .optional()
      .describe(
        "Whether the model's own chat template is used: `auto` uses it where the model has one. `json`: the template is a conversation, a JSON list of role and content.",
      ),
  })
  .describe('Prompt settings for every model; its evaluation_config overrides them.');

export type ChatMode = (typeof CHAT_MODES)[number];
export type FewShotExample = z.output<typeof fewShotExample>;
export const namedPrompt = promptConfig
  .extend({ name: z.string().min(1).describe('Names the prompt in results; unique.') })
  .describe('One prompt to try: what it does not say, `prompt` says.');

export type PromptConfig = z.output<typeof promptConfig>;
