import type { Sample } from '../../samples/sample.ts';
import type { HelperAnswer, HelperAsk } from '../algorithm.ts';
import { entailmentModel } from './entailment-judge.ts';
import { opinionKey, opinionOf } from './judge-opinion.ts';
import { isSure, verdictOf } from './judge-panel.ts';
import { reasonPrompt } from './judge-prompts.ts';
import { type JudgeQuestion, judgedAnswer, judgeQuestions, otherAnswer } from './judge-questions.ts';
import type { Judging } from './judging.ts';

/** Tokens of a reason: two sentences. */
const REASON_TOKENS = 96;

/**
 * All that the judges are to be asked of a sample, as far as the answers so far say: the first judge of a cascade alone, and
 * the next where it is unsure; repeats of a judge that does not weigh its labels; reasons, once there is a verdict.
 */
export function judgeAsks(
  sample: Sample,
  output: string,
  helpers: ReadonlyMap<string, HelperAnswer>,
  judging: Judging,
): HelperAsk[] {
  if (output.trim() === '') return [];
  const questions = judgeQuestions(sample, output, judging);
  if ('why' in questions) return [];
  const asks: HelperAsk[] = [];
  for (const judge of judging.judges.keys()) {
    asks.push(...asksOf(judge, questions, helpers, judging));
    if (judging.combine === 'cascade' && !isPassedOn(judge, questions, helpers, judging, sample.digest)) break;
  }
  if (judging.reasons && asks.every(({ key }) => helpers.has(key)))
    asks.push(...reasonAsks(sample, output, questions, helpers, judging));
  return asks;
}

/** How the reason of a judge is named among a sample's asks. */
export function reasonKey(judge: number): string {
  return `judge ${judge + 1} reason`;
}

function asksOf(
  judge: number,
  questions: readonly JudgeQuestion[],
  helpers: ReadonlyMap<string, HelperAnswer>,
  { swap, repeats, constrained, judges, score }: Judging,
): HelperAsk[] {
  const model = entailmentModel(judges[judge]!);
  if (model !== undefined) return pairAsks(judge, questions, model);
  return questions.flatMap(({ prompt, replies }, question) =>
    (swap ? [false, true] : [false]).flatMap((isSwapped) => {
      const first = helpers.get(opinionKey(judge, question, isSwapped, 0));
      // The first answer says whether the judge weighs labels: then its repeats are drawn from the weights.
      const times = first?.kind === 'judge' && first.weights === undefined ? repeats : 1;
      return Array.from(
        { length: times },
        (_, repeat): HelperAsk => ({
          key: opinionKey(judge, question, isSwapped, repeat),
          kind: 'judge',
          model: judges[judge]!,
          prompt: prompt(isSwapped),
          ...(constrained ? { labels: replies } : {}),
          ...(constrained && score === 'expected' && repeats === 1 ? { weigh: true } : {}),
          ...(repeats > 1 ? { repeat } : {}),
        }),
      );
    }),
  );
}

function pairAsks(judge: number, questions: readonly JudgeQuestion[], model: string): HelperAsk[] {
  return questions.flatMap(({ pair }, question): HelperAsk[] => {
    if (pair === undefined) return [];
    const key = opinionKey(judge, question, false, 0);
    return [{ key, kind: 'classify', model, text: pair.hypothesis, beside: pair.premise }];
  });
}

/** Whether a judge of a cascade has answered without being sure enough. */
function isPassedOn(
  judge: number,
  questions: readonly JudgeQuestion[],
  helpers: ReadonlyMap<string, HelperAnswer>,
  judging: Judging,
  seed: string,
): boolean {
  const own = questions.map((question, at) => opinionOf(helpers, [judge, at], question, judging, seed));
  const opinions = own.flatMap((opinion) => ('why' in opinion ? [] : [opinion]));
  return opinions.length === own.length && !isSure(opinions, judging.sureFrom[judge]!);
}

/** Those who decided say why. */
function reasonAsks(
  sample: Sample,
  output: string,
  questions: readonly JudgeQuestion[],
  helpers: ReadonlyMap<string, HelperAnswer>,
  judging: Judging,
): HelperAsk[] {
  const verdict = verdictOf(helpers, questions, judging, sample.digest);
  if ('why' in verdict) return [];
  const judged = { ...judgedAnswer(sample, output, judging), other: otherAnswer(sample, judging) };
  // A cross-encoder has no words for why.
  const deciders = verdict.deciders.filter((judge) => entailmentModel(judging.judges[judge]!) === undefined);
  return deciders.map((judge) => ({
    key: reasonKey(judge),
    kind: 'judge',
    model: judging.judges[judge]!,
    prompt: reasonPrompt(
      judged,
      inWords(
        verdict.opinions[judge]!.map(({ word, said }) => word ?? said.join(', then ')),
        questions,
      ),
    ),
    tokens: REASON_TOKENS,
    isOptional: true,
  }));
}

const SIDES: Readonly<Record<string, string>> = { output: 'answer A is better', reference: 'answer B is better' };

function inWords(words: readonly string[], questions: readonly JudgeQuestion[]): string {
  return words
    .map((word, at) => {
      const about = questions[at]!.about;
      return about === undefined ? (SIDES[word] ?? word) : `${about}: ${word}`;
    })
    .join('; ');
}
