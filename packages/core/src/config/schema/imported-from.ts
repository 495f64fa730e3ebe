import { z } from 'zod';

export const importedFrom = z
  .strictObject({
    tool: z.enum(['lm-eval', 'inspect', 'promptfoo']).describe('Which tool: lm-eval, inspect or promptfoo.'),
    scores: z
      .record(z.string(), z.string())
      .describe('The tool’s scores (`gsm8k.exact_match,strict-match`), each with our name of it.'),
  })
  .describe('The tool that the evaluation came from, for `compare`; `import` writes it.');

export type ImportedFrom = z.output<typeof importedFrom>;
