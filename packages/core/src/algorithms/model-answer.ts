import type { Completed, LogProbability } from '../runner/runner.ts';
import type { WithTokens } from '../samples/kept-tokens.ts';

/** What a model said to a question of an algorithm. */
export type ModelAnswer =
  | (WithTokens &
      Pick<Completed, 'form' | 'cost'> & {
        readonly kind: 'generate';
        readonly text: string;
        /** What was asked, as one text; absent of answers that the dataset brings along. */
        readonly prompt?: string;
        readonly elapsedMs: number;
        readonly promptTokens?: number;
        readonly newTokens?: number;
        /** `length`: cut at max_new_tokens. Absent where nobody says. */
        readonly stopReason?: 'stop' | 'length';
      })
  | ({ readonly kind: 'logProbability' } & WithTokens &
      Pick<
        Extract<LogProbability, { ok: true }>,
        'logProbability' | 'tokenCount' | 'byteCount' | 'isGreedy' | 'elapsedMs'
      >)
  | {
      readonly kind: 'similarity';
      /** One for each of the other texts, in their order: a cosine, or a score in [0, 1]. */
      readonly values: readonly number[];
      readonly elapsedMs: number;
    };
