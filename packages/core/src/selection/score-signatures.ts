import { valueSignature } from '../results/figure-signature.ts';
import type { Summary } from '../results/summary.ts';

/** What pins how a score is computed, by `algorithm.score`; scores of other tools, which do not say, are left out. */
export function scoreSignatures({ scores }: Pick<Summary, 'scores'>): ReadonlyMap<string, string> {
  return new Map(
    scores.flatMap(({ algorithm, score, signature }) =>
      signature === '' ? [] : [[`${algorithm}.${score}`, valueSignature(signature)] as const],
    ),
  );
}

/** In words, that a score was computed in another way in the baseline; undefined where nothing says so. */
export function scoredOtherwise(
  baseline: Pick<Summary, 'scores'>,
  candidate: Pick<Summary, 'scores'>,
  score: string,
): string | undefined {
  const [before, after] = [scoreSignatures(baseline).get(score), scoreSignatures(candidate).get(score)];
  if (before === undefined || after === undefined || before === after) return undefined;
  return `${score} was scored by other settings in the baseline: ${before}, here ${after}`;
}
