import { block } from './judging/judge-prompts.ts';
import {
  type AskedCheck,
  contextOf,
  joined,
  judged,
  linesOf,
  queryOf,
  REPEATS,
  type ReplyCheck,
  textOf,
  wanted,
} from './reply-check.ts';

/** Questions that the answer would be for, held against the one that was asked (RAGAS). @see https://arxiv.org/abs/2309.15217 */
export const answerRelevance: ReplyCheck = {
  threshold: 0,
  needsEncoder: true,
  asks: (asked, said) =>
    Array.from({ length: REPEATS }, (_, i) => {
      const text = textOf(said(`q${i}`));
      if (text === undefined)
        return judged(
          asked,
          `q${i}`,
          wanted([
            'Write the one question that this answer is for. Reply with the question and nothing else.',
            block('answer', asked.output),
          ]),
          i,
        );
      const model = asked.encoder === undefined ? {} : { model: asked.encoder };
      return { key: `s${i}`, kind: 'similarity' as const, ...model, a: queryOf(asked), b: text };
    }),
  score: (_, said) => {
    const near = Array.from({ length: REPEATS }, (__, i) => said(`s${i}`));
    const values = near.flatMap((answer) => (answer?.kind === 'similarity' ? [answer.value] : []));
    return values.length < REPEATS ? 'judge_failed' : values.reduce((sum, value) => sum + value, 0) / REPEATS;
  },
};

/** How much of the reference the context holds. */
export const contextRecall: ReplyCheck = {
  threshold: 0,
  asks: (asked) => [
    judged(
      asked,
      'r',
      wanted([
        'Say of each sentence of the reference whether the context holds it. Write one line for each: the sentence, then why, then [Attributed] where the context holds it, else [Not Attributed].',
        block('context', joined(contextOf(asked) ?? [asked.question])),
        block('reference', String(asked.check.value ?? '')),
      ]),
    ),
  ],
  score: (_, said) => {
    const text = textOf(said('r'));
    if (text === undefined) return 'judge_failed';
    const verdicts = linesOf(text.toLowerCase()).filter((line) => /\[(?:not )?attributed\]/.test(line));
    const held = verdicts.filter((line) => !line.includes('[not attributed]')).length;
    return verdicts.length === 0 ? 0 : held / verdicts.length;
  },
};

/** A passage of several lines is one unit a line; any other is cut into sentences, without the numbers of a list. */
function unitsOf(text: string): string[] {
  const lines = linesOf(text);
  return (lines.length > 1 ? lines : text.split(/(?<=[.!?])\s+/))
    .map((unit) => unit.trim())
    .filter((unit) => unit !== '' && !/^\d+[.)]$/.test(unit));
}

/** How much of the context the question needs. */
export const contextRelevance: ReplyCheck = {
  threshold: 0,
  lacks: (asked) => (contextOf(asked) === undefined ? 'no_context' : noQuery(asked)),
  asks: (asked) => [
    judged(
      asked,
      'r',
      wanted([
        'Copy the sentences of the context that the question needs, one a line and unchanged. Where there are none, or the context does not answer the question, reply: Insufficient Information',
        block('question', queryOf(asked)),
        block('context', joined(contextOf(asked))),
      ]),
    ),
  ],
  score: (asked, said) => {
    const text = textOf(said('r'));
    if (text === undefined) return 'judge_failed';
    const texts = contextOf(asked)!;
    const [only = ''] = texts;
    const isList = Array.isArray(asked.vars.context);
    const units = isList ? texts : unitsOf(only);
    const isCut = isList || linesOf(only).length > 1;
    const found = text.includes('Insufficient Information') ? [] : isCut ? linesOf(text) : unitsOf(text);
    return units.length === 0 ? 0 : Math.min(new Set(found).size, units.length) / units.length;
  },
};

/** How much of the answer the context bears out: its statements first, then a verdict on each. */
export const contextFaithfulness: ReplyCheck = {
  threshold: 0,
  lacks: (asked) => (contextOf(asked) === undefined ? 'no_context' : noQuery(asked)),
  asks: (asked, said) => {
    const statements = textOf(said('s'));
    if (statements === undefined)
      return [
        judged(
          asked,
          's',
          wanted([
            'Write what the answer states as single statements, one a line. Each can be read by itself.',
            block('question', queryOf(asked)),
            block('answer', asked.output),
          ]),
        ),
      ];
    return [
      judged(
        asked,
        'v',
        wanted([
          'Say of each statement whether the context bears it out. Write one line for each: the statement, then why, then "Verdict: Yes." or "Verdict: No."',
          block('context', joined(contextOf(asked))),
          block('answer', linesOf(statements).join('\n')),
        ]),
      ),
    ];
  },
  score: (_, said) => {
    const [statements, verdicts] = [textOf(said('s')), textOf(said('v'))?.toLowerCase()];
    if (statements === undefined || verdicts === undefined) return 'judge_failed';
    const count = linesOf(statements).length;
    const times = (word: string) => verdicts.split(word).length - 1;
    const [yes, no] = [times('verdict: yes'), times('verdict: no')];
    if (count === 0 || yes + no === 0) return 0;
    // What has no verdict is not borne out.
    return Math.min(1, Math.max(0, 1 - (no + Math.max(0, count - yes - no)) / count));
  },
};

const noQuery = ({ vars }: AskedCheck): string | undefined => (typeof vars.query === 'string' ? undefined : 'no_query');
