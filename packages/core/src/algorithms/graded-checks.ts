import type { HelperAnswer, HelperAsk } from './algorithm.ts';
import { gradePrompt } from './judging/judge-prompts.ts';
import { judgeVerdict } from './judging/judge-verdict.ts';
import type { RowCheck } from './row-check-schema.ts';

/** A check that a model decides by one of few words, and what each of them is worth. */
interface Graded {
  /** What is asked about an answer. */
  readonly rubric: (value: string) => string;
  readonly labels: readonly string[];
  readonly meanings?: Readonly<Record<string, string>>;
  /** Of each label, 0 to 1. */
  readonly worth: (label: string) => number;
  /** Least score that passes. */
  readonly threshold: number;
  /** Whether the check's value is what is right, and not what is wanted. @default false */
  readonly hasReference?: boolean;
  /** Each text of the value is asked for by itself, and the mean counts. @default false */
  readonly isEach?: boolean;
}

const passOrFail = (rubric: (value: string) => string): Graded => ({
  rubric,
  labels: ['pass', 'fail'],
  worth: (label) => Number(label === 'pass'),
  threshold: 1,
});

/** By promptfoo's names, with its scores and thresholds. */
const GRADED: Readonly<Record<string, Graded>> = {
  'llm-rubric': passOrFail((value) => `Judge whether the answer meets this rubric: pass or fail.\n\n${value}`),
  'model-graded-closedqa': passOrFail(
    (value) =>
      `Judge whether the answer to the question meets this criterion, and nothing else: pass or fail.\n\n${value}`,
  ),
  factuality: {
    rubric: () =>
      'Compare the facts of the answer with those of the reference, which is right. Style, grammar and punctuation do not count.',
    hasReference: true,
    labels: ['A', 'B', 'C', 'D', 'E'],
    meanings: {
      A: 'the answer is a subset of the reference and agrees with it',
      B: 'the answer is a superset of the reference and agrees with it',
      C: 'the answer has all the same details as the reference',
      D: 'the answer and the reference disagree',
      E: 'they differ, but not in what matters for the facts',
    },
    worth: (label) => Number(label !== 'D'),
    threshold: 1,
  },
  'g-eval': {
    rubric: (value) => `Rate how well the answer meets these criteria, from 0 (not at all) to 10 (wholly).\n\n${value}`,
    labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
    worth: (label) => Number(label) / 10,
    threshold: 0.7,
    isEach: true,
  },
};

const ALIASES: Readonly<Record<string, string>> = { 'model-graded-factuality': 'factuality' };

/** Types of checks that a model decides. */
export const GRADED_TYPES = [...Object.keys(GRADED), ...Object.keys(ALIASES)];

const gradedOf = (type: string): Graded | undefined => GRADED[ALIASES[type] ?? type];

/** The questions of a check, their keys beginning with its position. */
export function gradedAsks(
  type: string,
  check: RowCheck,
  position: number,
  asked: { readonly question: string; readonly output: string; readonly judge: string },
): HelperAsk[] {
  const graded = gradedOf(type);
  if (graded === undefined) return [];
  const { question, output, judge } = asked;
  const { labels, meanings = {} } = graded;
  return valuesOf(graded, check).map((value, i) => ({
    key: askKey(graded, position, i),
    kind: 'judge',
    model: judge,
    prompt: gradePrompt({
      rubric: graded.rubric(value),
      question,
      output,
      reference: graded.hasReference === true ? value : undefined,
      labels,
      meanings,
    }),
    labels,
  }));
}

/** Whether a check holds by what the judge said, and its score; a reason where that is no verdict. */
export function gradedResult(
  type: string,
  check: RowCheck,
  position: number,
  helpers: ReadonlyMap<string, HelperAnswer>,
): { readonly pass: boolean; readonly score: number } | string {
  const graded = gradedOf(type);
  if (graded === undefined) return 'check_unknown';
  const isInverse = check.type.startsWith('not-');
  const worths: number[] = [];
  for (const i of valuesOf(graded, check).keys()) {
    const answer = helpers.get(askKey(graded, position, i));
    if (answer?.kind !== 'judge') return 'judge_failed';
    const verdict = judgeVerdict(answer.text, graded.labels);
    if (verdict === undefined) return 'judge_unparseable';
    worths.push(graded.worth(verdict));
  }
  const score = worths.reduce((sum, each) => sum + each, 0) / worths.length;
  const pass = score >= (check.threshold ?? graded.threshold) !== isInverse;
  // Of two words, the score is the verdict.
  return { pass, score: graded.isEach === true ? (isInverse ? 1 - score : score) : Number(pass) };
}

function valuesOf({ isEach = false }: Graded, { value }: RowCheck): string[] {
  const texts = [value ?? ''].flat().map((each) => (typeof each === 'object' ? JSON.stringify(each) : String(each)));
  return isEach ? texts : [texts.join('\n')];
}

const askKey = ({ isEach = false }: Graded, position: number, i: number): string =>
  isEach ? `${position}/${i}` : String(position);
