import { answerWords } from '../text/answer-words.ts';
import type { AnswerScores } from './answer-scores.ts';
import { exactMatch } from './exact-match.ts';

/** The readable twin of `AnswerReader.bestScores`. */
export function bestScoresSlow(output: string, answers: readonly string[]): AnswerScores {
  const words = answerWords(output);
  const each = answers.map((answer) => {
    const wanted = answerWords(answer);
    const quasiExact = wanted.length > 0 && wanted.join(' ') === words.join(' ') ? 1 : 0;
    return { exact: exactMatch(output, answer), quasiExact, ...wordOverlap(words, wanted) };
  });
  const best = (score: keyof AnswerScores): number => Math.max(0, ...each.map((scores) => scores[score]));
  return {
    f1: best('f1'),
    exact: best('exact'),
    quasiExact: best('quasiExact'),
    precision: best('precision'),
    recall: best('recall'),
  };
}

/** The readable twin of `AnswerReader.contains`. */
export function containsSlow(output: string, answer: string): boolean {
  const part = answerWords(answer);
  return part.length > 0 && ` ${answerWords(output).join(' ')} `.includes(` ${part.join(' ')} `);
}

function wordOverlap(
  output: readonly string[],
  target: readonly string[],
): Pick<AnswerScores, 'f1' | 'precision' | 'recall'> {
  const left = new Map<string, number>();
  for (const word of target) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of output) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  if (common === 0) return { f1: 0, precision: 0, recall: 0 };
  const precision = common / output.length;
  const recall = common / target.length;
  return { f1: (2 * precision * recall) / (precision + recall), precision, recall };
}
