import type { ScoringInput } from './algorithm.ts';

/** The model's answer to one of the algorithm's questions, by its key. */
export function answerText({ answers }: Pick<ScoringInput, 'answers'>, key = 'original'): string {
  const answer = answers.get(key);
  return answer?.kind === 'generate' ? answer.text : '';
}
