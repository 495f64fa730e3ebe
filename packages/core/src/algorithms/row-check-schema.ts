import { z } from 'zod';

/** What a check can be about, by promptfoo's names; `not-` before any of them turns it round. */
export const CHECK_TYPES = [
  ...(['equals', 'contains', 'icontains', 'contains-all', 'contains-any', 'icontains-all', 'icontains-any'] as const),
  ...(['starts-with', 'regex', 'is-json', 'contains-json', 'levenshtein', 'rouge-n', 'bleu'] as const),
  ...(['similar', 'latency', 'finish-reason', 'cost', 'javascript', 'python'] as const),
  ...(['llm-rubric', 'model-graded-closedqa', 'factuality', 'model-graded-factuality', 'g-eval'] as const),
  ...(['answer-relevance', 'context-recall', 'context-relevance', 'context-faithfulness'] as const),
  ...(['conversation-relevance', 'classifier', 'is-sql'] as const),
  ...(['is-valid-openai-tools-call', 'is-valid-openai-function-call', 'is-valid-function-call'] as const),
] as const;
/** Checks that are code: they run where the algorithm's `code` says so. */
export const CODE_TYPES: ReadonlySet<string> = new Set(['javascript', 'python']);
export type CheckType = (typeof CHECK_TYPES)[number];

/** The type of a check that another tool would make and nobody makes here; its value says which it was. */
export const LEFT_OUT = 'left-out';

/** One check of a row's own. */
export const rowCheck = z.strictObject({
  type: z
    .string()
    .refine(
      (type) => type === LEFT_OUT || CHECK_TYPES.includes(type.replace(/^not-/, '') as CheckType),
      'is no type of check',
    ),
  value: z.unknown().optional(),
  threshold: z.number().optional(),
  weight: z.number().min(0).default(1),
  /** A score of its own, besides those over all checks: one of the algorithm's `metrics`. */
  metric: z.string().min(1).optional(),
  /** The encoder of a `similar` check, where it is not the algorithm's. */
  encoder: z.string().min(1).optional(),
  /** The model that decides the check, where it is not the algorithm's judge. */
  judge: z.string().min(1).optional(),
  /** What the judge is asked in place of our words: a text, or the turns of a conversation, in which `{{output}}` stands. */
  rubric_prompt: z.unknown().optional(),
  /** Turns of a conversation that are looked at together. */
  window: z.int().min(1).optional(),
  /** SHA-256 of the file with the code of the check. */
  sha256: z.string().optional(),
  /** JavaScript that makes the text to be checked of the output. */
  transform: z.string().min(1).optional(),
});
export type RowCheck = z.output<typeof rowCheck>;

const list = z.array(rowCheck);

/** A list of checks; or with a threshold, which the weighted mean of their scores must reach in place of every check. */
export const rowChecks = z.union([
  list.transform((checks): RowChecks => ({ checks })),
  z.strictObject({
    checks: list,
    threshold: z.number().optional(),
    transform: z.string().min(1).optional(),
    scoring: z.strictObject({ file: z.string().min(1), sha256: z.string() }).optional(),
  }),
]);
export interface RowChecks {
  readonly checks: readonly RowCheck[];
  readonly threshold?: number | undefined;
  /** JavaScript that makes of the output what all checks look at. */
  readonly transform?: string | undefined;
  /** Code that makes the row's verdict of its metrics, with the digest of its file. */
  readonly scoring?: { readonly file: string; readonly sha256: string } | undefined;
}
