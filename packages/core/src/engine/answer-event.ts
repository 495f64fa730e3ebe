import type { RunHooks } from './run-events.ts';
import type { AskResult, SampleWork } from './sample-work.ts';

type AnswerEvent = Parameters<NonNullable<RunHooks['onAnswer']>>[0];

/** What is told of one answer, or of its failing. */
export function answerEvent(
  model: string,
  { sample, asks }: SampleWork,
  askId: string,
  result: AskResult,
): AnswerEvent {
  const { attempts } = result;
  const asked = { model, index: sample.index, kind: asks.get(askId)!.kind, attempts };
  if ('failed' in result) {
    return { ...asked, error: result.failed.error.code, elapsedMs: 0, promptTokens: null, newTokens: null };
  }
  const { answer } = result;
  const tokens = answer.kind === 'generate' ? answer : {};
  const { promptTokens = null, newTokens = null } = tokens as { promptTokens?: number; newTokens?: number };
  return { ...asked, error: null, elapsedMs: answer.elapsedMs, promptTokens, newTokens };
}
