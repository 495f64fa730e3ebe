import type { HelperAnswer, HelperAsk } from './algorithm.ts';
import type { RowCheck } from './row-check-schema.ts';

/** What a check looks at, and who decides it. */
export interface AskedCheck {
  readonly check: RowCheck;
  /** The prompt that was answered. */
  readonly question: string;
  readonly output: string;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly judge: string | undefined;
  readonly encoder: string | undefined;
}

/** What a helper model said to one of the check's own questions, by its key. */
export type Said = (key: string) => HelperAnswer | undefined;

/** A check that is decided by what a model writes, and not by one of few words. */
export interface ReplyCheck {
  /** The questions that can be asked by now; those of later steps follow from what was said. */
  readonly asks: (asked: AskedCheck, said: Said) => readonly HelperAsk[];
  /** From 0 to 1. @returns a reason where nobody can say */
  readonly score: (asked: AskedCheck, said: Said) => number | string;
  /** Least score that passes, where the check sets none. */
  readonly threshold: number;
  /** Whether the judge is of no use without an encoder. @default false */
  readonly needsEncoder?: boolean;
  /** What the row must have. @returns a reason where it lacks it */
  readonly lacks?: (asked: AskedCheck) => string | undefined;
}

/** Tokens of a reply that is a text. */
const REPLY_TOKENS = 1024;
export const REPEATS = 3;

export const wanted = (parts: readonly string[]): string => parts.join('\n\n');
export const judged = ({ judge }: AskedCheck, key: string, prompt: string, repeat?: number): HelperAsk => ({
  ...{ key, kind: 'judge', prompt, tokens: REPLY_TOKENS },
  ...(judge === undefined ? {} : { model: judge }),
  ...(repeat === undefined ? {} : { repeat }),
});
export const textOf = (answer: HelperAnswer | undefined): string | undefined =>
  answer?.kind === 'judge' ? answer.text : undefined;
export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** The question that the answer is for: the row's `query`, else the prompt. */
export const queryOf = ({ vars, question }: AskedCheck): string =>
  typeof vars.query === 'string' ? vars.query : question;

/** The passages of the row's `context`, a text or a list of them. */
export function contextOf({ vars }: AskedCheck): readonly string[] | undefined {
  const texts = [vars.context ?? []].flat().filter((text) => typeof text === 'string' && text !== '') as string[];
  return texts.length === 0 ? undefined : texts;
}

export const joined = (texts: readonly string[] | undefined): string => (texts ?? []).join('\n\n');
