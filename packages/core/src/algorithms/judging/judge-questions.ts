import { compilePromptTemplate, sampleLookup } from '../../prompts/prompt-template.ts';
import type { Sample } from '../../samples/sample.ts';
import { OTHER_ANSWER } from '../algorithm.ts';
import { type TextPair, textPair } from './entailment-judge.ts';
import { comparePrompt, gradePrompt, itemPrompt, type JudgedAnswer, quoted } from './judge-prompts.ts';
import type { Judging } from './judging.ts';

/** One thing to ask about an answer: a grade, a comparison, or whether it meets one item of a checklist. */
export interface JudgeQuestion {
  /** The item; absent where there is one question alone. */
  readonly about?: string;
  /** How much it counts among the questions of a sample. */
  readonly weight: number;
  /** The words that the judge may reply with. */
  readonly replies: readonly string[];
  /** By what a reply means: what it scores, in the range of the labels. */
  readonly values: Readonly<Record<string, number>>;
  /** What a cross-encoder reads in place of the prompt. */
  readonly pair?: TextPair;
  prompt(isSwapped: boolean): string;
  /** What a reply means, whichever order was shown. */
  meant(reply: string, isSwapped: boolean): string;
}

/** Why a sample cannot be asked about. */
export type NoQuestion = 'no_answer_to_compare' | 'no_checklist';

const COMPARED = ['A', 'B', 'tie'];
/** Items that a row's own checklist may have. */
const MOST_ITEMS = 50;

export function judgeQuestions(
  sample: Sample,
  output: string,
  judging: Judging,
): readonly JudgeQuestion[] | { readonly why: NoQuestion } {
  const judged = judgedAnswer(sample, output, judging);
  if (judging.mode === 'grade') {
    const pair = textPair(sample, output, judging.criterion);
    return [{ ...gradeQuestion(judged, judging), ...(pair === undefined ? {} : { pair }) }];
  }
  if (judging.mode === 'compare') {
    const other = otherAnswer(sample, judging);
    return other === undefined ? { why: 'no_answer_to_compare' } : [compareQuestion({ ...judged, other }, judging)];
  }
  const items = itemsOf(sample, judging);
  return items.length === 0 ? { why: 'no_checklist' } : items.map((item) => itemQuestion(judged, item, judging));
}

/** What the judge sees of a sample. */
export function judgedAnswer(sample: Sample, output: string, { rubric, shows, mode, against }: Judging): JudgedAnswer {
  const { model_input: question = '', target_output: reference, context } = sample.features;
  return {
    rubric: compilePromptTemplate(rubric).render(quoted(sampleLookup(sample))),
    output,
    ...(shows.has('question') ? { question } : {}),
    ...(shows.has('context') ? { context } : {}),
    // Where it is one of the two answers, it is no reference.
    ...(shows.has('reference') && (mode !== 'compare' || against !== undefined) ? { reference } : {}),
  };
}

/** The answer that the output is compared with; undefined where the row has none, and in other modes. */
export function otherAnswer(sample: Sample, { mode, against }: Judging): string | undefined {
  if (mode !== 'compare') return undefined;
  const found =
    against === undefined
      ? sample.features.target_output
      : typeof against === 'string'
        ? sampleLookup(sample)(against)
        : sample.record[OTHER_ANSWER];
  return typeof found === 'string' && found.trim() !== '' ? found : undefined;
}

function gradeQuestion(judged: JudgedAnswer, { values, meanings }: Judging): JudgeQuestion {
  const words = Object.keys(values);
  return {
    weight: 1,
    replies: words,
    values,
    prompt: (isSwapped) => gradePrompt({ ...judged, meanings, labels: isSwapped ? words.toReversed() : words }),
    meant: (reply) => reply,
  };
}

function compareQuestion(judged: JudgedAnswer & { readonly other: string }, { values }: Judging): JudgeQuestion {
  return {
    weight: 1,
    replies: COMPARED,
    values,
    prompt: (isSwapped) => comparePrompt({ ...judged, isSwapped }),
    meant: (reply, isSwapped) => (reply === 'tie' ? reply : (reply === 'A') === !isSwapped ? 'output' : 'reference'),
  };
}

interface Item {
  readonly text: string;
  readonly weight: number;
}

function itemQuestion(judged: JudgedAnswer, { text, weight }: Item, { range: [low, high] }: Judging): JudgeQuestion {
  const words = ['yes', 'no'];
  return {
    about: text,
    weight,
    replies: words,
    values: { yes: high, no: low },
    prompt: (isSwapped) => itemPrompt({ ...judged, item: text, labels: isSwapped ? words.toReversed() : words }),
    meant: (reply) => reply,
  };
}

/** Given in the config, or by the row: a list, or a text of which each line is one. */
function itemsOf(sample: Sample, { items = [] }: Judging): Item[] {
  if (Array.isArray(items)) return items.map((item) => (typeof item === 'string' ? { text: item, weight: 1 } : item));
  const found = sampleLookup(sample)(items.field);
  const lines: unknown[] = typeof found === 'string' ? found.split('\n') : Array.isArray(found) ? found : [];
  const texts = lines.flatMap((line) => (typeof line === 'string' && line.trim() !== '' ? [line.trim()] : []));
  return texts.slice(0, MOST_ITEMS).map((text) => ({ text, weight: 1 }));
}
