import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { Target } from './task-docs.ts';

export interface Turn {
  readonly question: string;
  readonly choices: readonly string[] | undefined;
  /** Only of an example. */
  readonly answer?: Target;
  /** Begins the answer. */
  readonly prefix: string | undefined;
  readonly targetDelimiter: string;
  readonly fewShotDelimiter: string;
}

/**
 * One question, with its answer if it is an example, as plain text.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/api/task.py `build_qa_turn`
 */
export function turnText(turn: Turn, at: SourcePlace): string {
  const { question, answer, prefix = '', targetDelimiter, fewShotDelimiter } = turn;
  const hasAnswer = answer !== undefined && answer !== '';
  const delimits = prefix === '' ? hasAnswer : question !== '' && !meetInSpace(question, prefix);
  const asked = question + (delimits ? targetDelimiter : '');
  if (!hasAnswer) return asked + prefix;
  return asked + joined(prefix, answerOf(turn, answer, at)) + fewShotDelimiter;
}

function answerOf({ choices }: Turn, answer: Target, at: SourcePlace): string {
  const text =
    typeof answer === 'number' ? choices?.at(answer) : typeof answer === 'string' ? answer : (answer[0] as unknown);
  if (typeof text === 'string') return text;
  throw new AssayError('IMPORT_UNSUPPORTED', `an example's answer is no text: ${JSON.stringify(answer)}`, { at });
}

/** A prefix and what follows, with a space between unless there is white space already. */
function joined(prefix: string, rest: string): string {
  if (prefix === '' || rest === '') return prefix + rest;
  return meetInSpace(prefix, rest) ? prefix + rest : `${prefix} ${rest}`;
}

const meetInSpace = (before: string, after: string): boolean => /\s$/.test(before) || /^\s/.test(after);
