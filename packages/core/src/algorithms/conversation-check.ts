import { isRecord } from '../datasets/row-batch.ts';
import { gradePrompt } from './judging/judge-prompts.ts';
import { judgeVerdict } from './judging/judge-verdict.ts';
import { type AskedCheck, type ReplyCheck, textOf } from './reply-check.ts';

const LABELS = ['yes', 'no'];
/** Turns that are looked at together. */
const WINDOW = 5;

interface Turn {
  readonly input: string;
  readonly output: string;
}

/** Whether each answer of a conversation, the row's `_conversation` or the one answer, goes with what was said before. */
export const conversationRelevance: ReplyCheck = {
  threshold: 0.5,
  asks: (asked) =>
    windowsOf(asked).map((window, i) => ({
      key: `w${i}`,
      kind: 'judge' as const,
      ...(asked.judge === undefined ? {} : { model: asked.judge }),
      prompt: promptOf(window),
      labels: LABELS,
    })),
  score: (asked, said) => {
    const windows = windowsOf(asked);
    let relevant = 0;
    for (const i of windows.keys()) {
      const text = textOf(said(`w${i}`));
      if (text === undefined) return 'judge_failed';
      const verdict = judgeVerdict(text, LABELS);
      if (verdict === undefined) return 'judge_unparseable';
      relevant += Number(verdict === 'yes');
    }
    return relevant / windows.length;
  },
};

/** Of each turn, it and those before it. */
function windowsOf({ check, vars, question, output }: AskedCheck): Turn[][] {
  const said = Array.isArray(vars._conversation) ? vars._conversation.filter(isRecord) : [];
  const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));
  const turns = said.map((turn): Turn => ({ input: shown(turn.input), output: shown(turn.output) }));
  const all = turns.length === 0 ? [{ input: question, output }] : turns;
  return all.map((_, i) => all.slice(Math.max(0, i + 1 - (check.window ?? WINDOW)), i + 1));
}

function promptOf(window: readonly Turn[]): string {
  const last = window.at(-1)!;
  const before = window.slice(0, -1).map(({ input, output }) => `user: ${input}\nassistant: ${output}`);
  return gradePrompt({
    rubric:
      'Does the answer go with what the user said, given the conversation before it? Only an answer that has nothing to do with it does not.',
    ...(before.length === 0 ? {} : { context: before.join('\n') }),
    question: last.input,
    output: last.output,
    labels: LABELS,
  });
}
