import { z } from 'zod';
import { TEXT_CONTEXTS, type TextContext } from '../runner/runner.ts';

export const compat = z
  .literal('fmeval')
  .optional()
  .describe('Reproduce FMEval’s numbers, its mistakes included (docs/fmeval.md).');

export const targetOutputDelimiter = z
  .string()
  .min(1)
  .nullable()
  .default('<OR>')
  .describe('Separates acceptable answers in the target. null: the target is one answer.');

/** FMEval's key for BERTScore's model; ours takes any encoder. */
export const bertscoreModel = z
  .string()
  .min(1)
  .optional()
  .describe('Encoder for BERTScore: an embedded model, a folder or a Hugging Face id. Default all-MiniLM-L6-v2.');

export const bertscoreLayer = z
  .int()
  .min(0)
  .optional()
  .describe(
    'Hidden layer of that encoder, where its export gives hidden states; 0 is the embeddings. Default: the last.',
  );

/** lm-evaluation-harness's definitions, where they differ from ours. */
export const compatLmEval = z
  .literal('lm-eval')
  .optional()
  .describe(
    'Reproduce lm-evaluation-harness’s numbers (docs/import.md): model_input is the whole prompt, which no template changes.',
  );

/** What stands before a text that has no prompt. */
export const textContext = z
  .enum(TEXT_CONTEXTS)
  .optional()
  .describe(
    'What stands before a text without a prompt: `document` (default; what separates documents in training), `bos`, `none`, or as `lm-eval` or `fmeval` do (default with that compat).',
  );

/** The option with its default. */
export function textContextOf(options: {
  readonly context?: TextContext | undefined;
  readonly compat?: 'fmeval' | 'lm-eval' | undefined;
}): TextContext {
  return options.context ?? options.compat ?? 'document';
}
