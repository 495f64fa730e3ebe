import { hashSeed } from '@assay/metrics';
import type { HelperAnswer } from '../algorithm.ts';
import { entailmentModel, entailmentVerdict } from './entailment-judge.ts';
import type { JudgeQuestion } from './judge-questions.ts';
import { judgeVerdict } from './judge-verdict.ts';
import type { Judging } from './judging.ts';
import { expectedScore, unsureness } from './label-weights.ts';

/** What one judge says to one question, over both orders and all repeats. */
export interface Opinion {
  /** What each reply meant, in the order of asking: the first order with its repeats, then the swapped one. */
  readonly said: readonly string[];
  /** What it said each time; undefined where it changed its mind. */
  readonly word: string | undefined;
  /** By meaning: how likely the judge holds it, or how often it said it. Adds up to 1. */
  readonly shares: Readonly<Record<string, number>>;
  /** In the range of the labels. */
  readonly score: number;
  /** 0 to 1; undefined where the judge does not weigh labels. */
  readonly entropy: number | undefined;
  /** Standard deviation of the score over repeats, within an order; 0 without repeats. */
  readonly spread: number;
}

/** Why a judge has no opinion. */
export interface NoOpinion {
  readonly why: 'judge_unparseable' | 'judge_refused' | 'judge_cannot_weigh' | 'judge_no_entailment';
  readonly reply?: string;
}

/** How a question to a judge is named among a sample's asks. */
export function opinionKey(judge: number, question: number, isSwapped: boolean, repeat: number): string {
  const order = isSwapped ? 'swapped' : 'first';
  return `${judge === 0 ? '' : `judge ${judge + 1} `}${question === 0 ? '' : `item ${question + 1} `}${order}${repeat === 0 ? '' : ` #${repeat + 1}`}`;
}

/** @param seed of the sample: where a judge weighs its labels, its repeats are drawn from their weights */
export function opinionOf(
  helpers: ReadonlyMap<string, HelperAnswer>,
  [judge, at]: readonly [judge: number, question: number],
  question: JudgeQuestion,
  judging: Judging,
  seed: string,
): Opinion | NoOpinion {
  const said: string[] = [];
  const shares: Record<string, number> = {};
  const scores: number[] = [];
  const entropies: number[] = [];
  const spreads: number[] = [];
  const isPair = entailmentModel(judging.judges[judge]!) !== undefined;
  const read = isPair ? pairVerdict(helpers.get(opinionKey(judge, at, false, 0)), question) : undefined;
  if (isPair && read === undefined) return { why: 'judge_no_entailment' };
  const orders = judging.swap ? [false, true] : [false];
  for (const isSwapped of orders) {
    const first = isPair ? read : helpers.get(opinionKey(judge, at, isSwapped, 0));
    if (first?.kind !== 'judge') return { why: 'judge_unparseable' };
    const { weights } = first;
    if (judging.score === 'expected' && weights === undefined && judging.repeats === 1)
      return { why: 'judge_cannot_weigh' };
    const words: string[] = [];
    for (let repeat = 0; repeat < judging.repeats; repeat += 1) {
      const key = opinionKey(judge, at, isSwapped, repeat);
      const reply =
        weights !== undefined && judging.repeats > 1
          ? drawn(weights, hashSeed('judge', seed, key) / 2 ** 53)
          : replyIn(isPair ? first : helpers.get(key), question);
      if (typeof reply !== 'string') return reply;
      words.push(question.meant(reply, isSwapped));
    }
    said.push(...words);
    const values = words.map((word) => question.values[word]!);
    const weighed = judging.score === 'expected' ? weights : undefined;
    const scoreOf = (reply: string) => question.values[question.meant(reply, isSwapped)]!;
    scores.push(weighed === undefined ? mean(values) : expectedScore(weighed, scoreOf));
    spreads.push(deviation(values));
    if (weights !== undefined) entropies.push(unsureness(weights));
    const own: readonly (readonly [string, number])[] =
      weights === undefined
        ? words.map((word) => [word, 1 / words.length])
        : Object.entries(weights).map(([reply, share]) => [question.meant(reply, isSwapped), share]);
    for (const [word, share] of own) shares[word] = (shares[word] ?? 0) + share / orders.length;
  }
  return {
    said,
    word: new Set(said).size === 1 ? said[0] : undefined,
    shares,
    score: mean(scores),
    entropy: entropies.length === orders.length ? mean(entropies) : undefined,
    spread: mean(spreads),
  };
}

/** What a cross-encoder says, in the words of the question. */
function pairVerdict(answer: HelperAnswer | undefined, { values }: JudgeQuestion): HelperAnswer | undefined {
  const [yes, no] = Object.keys(values).sort((a, b) => values[b]! - values[a]!);
  return answer?.kind === 'classify' ? entailmentVerdict(answer, [yes!, no!]) : undefined;
}

/** How sure a judge is of what it holds likeliest. */
export function sureness({ shares }: Opinion): number {
  return Math.min(1, Math.max(...Object.values(shares)));
}

function replyIn(answer: HelperAnswer | undefined, { replies }: JudgeQuestion): string | NoOpinion {
  if (answer?.kind !== 'judge') return { why: 'judge_unparseable' };
  const verdict = judgeVerdict(answer.text, replies);
  if (verdict !== undefined) return verdict;
  return { why: REFUSAL.test(answer.text) ? 'judge_refused' : 'judge_unparseable', reply: answer.text };
}

/** How models begin where they decline. */
const REFUSAL =
  /^\W*(?:i[’']?m (?:really |very |so )?sorry|sorry|i (?:cannot|can[’']?t|am (?:not able|unable)|won[’']?t|must decline)|as an? (?:ai|language model))\b/i;

/** The label at a place of the weights laid end to end. @param place in [0, 1) */
function drawn(weights: Readonly<Record<string, number>>, place: number): string {
  let end = 0;
  const entries = Object.entries(weights);
  for (const [label, weight] of entries) {
    end += weight;
    if (place < end) return label;
  }
  return entries.at(-1)![0];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** With n − 1; 0 of one value. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
