import { AssayError } from 'assay/internal';
import { z } from 'zod';

/** A hypothesis and its references, whatever a line calls them. */
export interface TextPair {
  readonly hypothesis: string;
  readonly references: readonly string[];
}

const row = z.looseObject({
  hypothesis: z.string().optional(),
  model_output: z.string().optional(),
  reference: z.string().optional(),
  references: z.array(z.string()).min(1).optional(),
  target_output: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
});

/** One JSON line. @throws AssayError DATASET_SYNTAX, DATASET_BAD_VALUE, DATASET_KEY_MISSING */
export function readPair(line: string): TextPair {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new AssayError('DATASET_SYNTAX', `not JSON: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
  const parsed = row.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new AssayError(
      'DATASET_BAD_VALUE',
      `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not valid'}`,
    );
  }
  const { hypothesis, model_output, reference, references, target_output } = parsed.data;
  const output = hypothesis ?? model_output;
  const targets = references ?? reference ?? target_output;
  if (output === undefined || targets === undefined) {
    const missing = output === undefined ? 'hypothesis (or model_output)' : 'reference, references or target_output';
    throw new AssayError('DATASET_KEY_MISSING', `the line has no ${missing}`);
  }
  return { hypothesis: output, references: typeof targets === 'string' ? [targets] : targets };
}
