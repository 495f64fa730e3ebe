import { judgeBlock } from '../../config/judge-block.ts';
import type { HelperAnswer, Remark } from '../algorithm.ts';
import { reasonKey } from './judge-asks.ts';
import { sureness } from './judge-opinion.ts';
import { likeliest, type PanelVerdict } from './judge-panel.ts';
import type { JudgeQuestion } from './judge-questions.ts';
import type { Judging } from './judging.ts';

/** Of a reason this much is kept. */
const REASON_CHARACTERS = 2000;

/** What each judge said to each question, and why, as reports show it beside the sample. */
export function judgeRemarks(
  { opinions }: PanelVerdict,
  questions: readonly JudgeQuestion[],
  helpers: ReadonlyMap<string, HelperAnswer>,
  { judges }: Judging,
): Remark[] {
  return opinions.flatMap((own, judge) => {
    const answer = helpers.get(reasonKey(judge));
    const reason = answer?.kind === 'judge' ? answer.text.trim().slice(0, REASON_CHARACTERS) : '';
    return own.map((opinion, at): Remark => {
      const { about } = questions[at]!;
      return {
        by: judgeName(judges[judge]!),
        ...(about === undefined ? {} : { about }),
        holds: likeliest(opinion),
        said: opinion.said,
        sureness: Math.round(sureness(opinion) * 1e6) / 1e6,
        score: opinion.score,
        ...(reason === '' || at > 0 ? {} : { reason }),
      };
    });
  });
}

/** A block by the model that it names. */
export function judgeName(judge: string): string {
  const block = judgeBlock(judge);
  if (block === undefined) return judge;
  const names = [
    block.name,
    block.model_id,
    block.entailment,
    block.endpoint_name,
    inner(block.openai)?.model,
    inner(block.bedrock)?.model_id,
  ];
  return String(names.find((name) => typeof name === 'string') ?? block.runner ?? 'judge');
}

function inner(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}
