import type { HelperAnswer } from '../algorithm.ts';
import { type NoOpinion, type Opinion, opinionOf, sureness } from './judge-opinion.ts';
import type { JudgeQuestion } from './judge-questions.ts';
import type { Judging } from './judging.ts';

/** What the judges that were asked say of a sample. */
export interface PanelVerdict {
  /** By judge, in the order of the config, then by question; those whom a cascade did not reach are left out. */
  readonly opinions: readonly (readonly Opinion[])[];
  /** In the range of the labels. */
  readonly score: number;
  /** What all said, where there is one question and one word. */
  readonly word: string | undefined;
  /** Of one question: whether each judge said the same in both orders and all repeats. */
  readonly isConsistent: boolean;
  /** Share of pairs of judges that hold the same likeliest, over the questions; undefined of one judge. */
  readonly agreement: number | undefined;
  readonly entropy: number | undefined;
  readonly spread: number;
  /** Positions of the judges that the score rests on. */
  readonly deciders: readonly number[];
}

/** Why judges have no verdict: one of them has no opinion, or a cascade ended without a judge that is sure. */
export type NoVerdict = (NoOpinion & { readonly judge: number }) | { readonly why: 'judges_unsure' };

/** The last judge that is asked: all of a jury, and of a cascade the first that is sure enough. */
export function verdictOf(
  helpers: ReadonlyMap<string, HelperAnswer>,
  questions: readonly JudgeQuestion[],
  judging: Judging,
  seed: string,
): PanelVerdict | NoVerdict {
  const opinions: Opinion[][] = [];
  for (const judge of judging.judges.keys()) {
    const own: Opinion[] = [];
    for (const [at, question] of questions.entries()) {
      const opinion = opinionOf(helpers, [judge, at], question, judging, seed);
      if ('why' in opinion) return { ...opinion, judge };
      own.push(opinion);
    }
    opinions.push(own);
    if (judging.combine === 'cascade' && isSure(own, judging.sureFrom[judge]!))
      return panelVerdict(opinions, [judge], questions, judging);
  }
  if (judging.combine === 'cascade') return { why: 'judges_unsure' };
  return panelVerdict(opinions, [...judging.judges.keys()], questions, judging);
}

/** Whether a judge of a cascade decides: it must be sure of each question. */
export function isSure(opinions: readonly Opinion[], sureFrom: number): boolean {
  return opinions.every((opinion) => sureness(opinion) >= sureFrom - 1e-12);
}

function panelVerdict(
  opinions: readonly (readonly Opinion[])[],
  deciders: readonly number[],
  questions: readonly JudgeQuestion[],
  judging: Judging,
): PanelVerdict {
  const deciding = deciders.map((judge) => opinions[judge]!);
  const total = questions.reduce((sum, { weight }) => sum + weight, 0);
  const score = questions.reduce(
    (sum, question, at) =>
      sum +
      (question.weight / total) *
        jointScore(
          at,
          question,
          deciding,
          deciders.map((judge) => judging.weights[judge]!),
          judging,
        ),
    0,
  );
  const words = new Set(deciding.flatMap((own) => own.map(({ word }) => word)));
  const flat = deciding.flat();
  const entropies = flat.flatMap(({ entropy }) => entropy ?? []);
  return {
    opinions,
    score: Math.min(Math.max(score, judging.range[0]), judging.range[1]),
    word: questions.length === 1 ? jointWord(words, deciding, judging) : undefined,
    isConsistent: flat.every(({ word }) => word !== undefined),
    agreement: opinions.length < 2 ? undefined : pairAgreement(opinions),
    entropy: entropies.length < flat.length ? undefined : mean(entropies),
    spread: mean(flat.map(({ spread }) => spread)),
    deciders,
  };
}

/** Of one question, over the judges that decide. */
function jointScore(
  at: number,
  { values }: JudgeQuestion,
  deciding: readonly (readonly Opinion[])[],
  weights: readonly number[],
  { combine }: Judging,
): number {
  const own = deciding.map((opinions) => opinions[at]!);
  if (combine === 'majority') {
    const most = majorityWords(own);
    // Of a tie the middle; where nobody has a word, what the judges score.
    if (most.length > 0) return mean(most.map((word) => values[word]!));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return own.reduce((sum, { score }, judge) => sum + (weights[judge]! / total) * score, 0);
}

/** The word that stands for a jury: the majority's where votes are counted, else one that all share. */
function jointWord(
  words: ReadonlySet<string | undefined>,
  deciding: readonly (readonly Opinion[])[],
  { combine }: Judging,
): string | undefined {
  if (words.size === 1) return [...words][0];
  if (combine !== 'majority') return undefined;
  const most = majorityWords(deciding.map(([opinion]) => opinion!));
  return most.length === 1 ? most[0] : undefined;
}

/** The words that most judges said; a judge that changed its mind has no vote. */
function majorityWords(opinions: readonly Opinion[]): string[] {
  const votes = new Map<string, number>();
  for (const { word } of opinions) if (word !== undefined) votes.set(word, (votes.get(word) ?? 0) + 1);
  const most = Math.max(0, ...votes.values());
  return [...votes].filter(([, count]) => count === most).map(([word]) => word);
}

function pairAgreement(opinions: readonly (readonly Opinion[])[]): number {
  const held = opinions.map((own) => own.map(likeliest));
  const pairs = held.flatMap((a, i) =>
    held.slice(i + 1).map((b) => mean(a.map((word, question) => Number(word === b[question])))),
  );
  return mean(pairs);
}

/** What a judge holds likeliest, by name where two are equal. */
export function likeliest({ shares }: Opinion): string {
  return Object.entries(shares).reduce((best, each) => (each[1] > best[1] + 1e-12 ? each : best))[0];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
