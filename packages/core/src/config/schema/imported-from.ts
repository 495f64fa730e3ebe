import { z } from 'zod';

export const importedFrom = z
  .strictObject({
    tool: z.enum(['lm-eval', 'inspect', 'promptfoo']).describe('The tool.'),
    scores: z.record(z.string(), z.string()).describe('Its scores (`gsm8k.exact_match,strict-match`) → ours.'),
  })
  .describe('The tool that it came from; `import` writes it.');

export type ImportedFrom = z.output<typeof importedFrom>;
