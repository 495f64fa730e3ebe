import type { HelperAnswer, HelperAsk } from './algorithm.ts';
import { classifier } from './classifier-check.ts';
import { answerRelevance, contextFaithfulness, contextRecall, contextRelevance } from './context-checks.ts';
import { conversationRelevance } from './conversation-check.ts';
import type { AskedCheck, ReplyCheck, Said } from './reply-check.ts';

const REPLIES: Readonly<Record<string, ReplyCheck>> = {
  'answer-relevance': answerRelevance,
  'context-recall': contextRecall,
  'context-relevance': contextRelevance,
  'context-faithfulness': contextFaithfulness,
  'conversation-relevance': conversationRelevance,
  classifier,
};

/** Types of checks that a model decides by what it writes. */
export const REPLY_TYPES = Object.keys(REPLIES);
/** Those of them that an encoder is needed for, too. */
export const ENCODED_TYPES: ReadonlySet<string> = new Set(['similar', 'answer-relevance']);

/** The questions of a check that can be asked by now, their keys beginning with its position. */
export function replyAsks(
  type: string,
  asked: AskedCheck,
  position: number,
  helpers: ReadonlyMap<string, HelperAnswer>,
): HelperAsk[] {
  const check = REPLIES[type];
  if (check === undefined || whyNot(check, asked) !== undefined) return [];
  const said: Said = (key) => helpers.get(`${position}/${key}`);
  return check.asks(asked, said).map((ask) => ({ ...ask, key: `${position}/${ask.key}` }));
}

/** Whether a check holds by what was said, and its score; a reason where that is no verdict. */
export function replyResult(
  type: string,
  asked: AskedCheck,
  position: number,
  helpers: ReadonlyMap<string, HelperAnswer>,
): { readonly pass: boolean; readonly score: number } | string {
  const check = REPLIES[type]!;
  const reason = whyNot(check, asked);
  if (reason !== undefined) return reason;
  const found = check.score(asked, (key) => helpers.get(`${position}/${key}`));
  if (typeof found === 'string') return found;
  const isInverse = asked.check.type.startsWith('not-');
  // promptfoo forgives a rounding error.
  const pass = found >= (asked.check.threshold ?? check.threshold) - Number.EPSILON !== isInverse;
  return { pass, score: isInverse ? 1 - found : found };
}

function whyNot(check: ReplyCheck, asked: AskedCheck): string | undefined {
  if (asked.judge === undefined) return 'no_judge';
  if (check.needsEncoder === true && asked.encoder === undefined) return 'no_encoder';
  return check.lacks?.(asked);
}
