import { isRecord } from '../datasets/row-batch.ts';
import { conversationIn } from '../prompts/conversation-template.ts';
import type { HelperAnswer, HelperAsk } from './algorithm.ts';
import { jsonObjectsIn, parsedJson } from './json-checks.ts';
import type { RowCheck } from './row-check-schema.ts';

/** Tokens of a verdict with its reason. */
const VERDICT_TOKENS = 1024;
const OUTPUT = /\{\{\s*output\s*\}\}/g;

/** The question of a check whose wording is the config's own: a text or a conversation in which `{{output}}` stands. */
export function rubricAsk(
  prompt: unknown,
  output: string,
  { key, judge }: { readonly key: string; readonly judge: string },
): HelperAsk {
  const filled = withOutput(prompt, shownOutput(output));
  const text = typeof filled === 'string' ? filled : JSON.stringify(filled);
  const messages = conversationIn(text);
  return {
    ...{ key, kind: 'judge', model: judge, prompt: text, tokens: VERDICT_TOKENS },
    ...(messages === undefined ? {} : { messages }),
  };
}

/** JSON is shown without its blanks, as promptfoo does. */
function shownOutput(output: string): string {
  const parsed = parsedJson(output);
  return parsed === undefined || typeof parsed.json === 'string' ? output : JSON.stringify(parsed.json);
}

function withOutput(value: unknown, output: string): unknown {
  if (typeof value === 'string') return value.replaceAll(OUTPUT, () => output);
  if (Array.isArray(value)) return value.map((each) => withOutput(each, output));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withOutput(each, output)]));
}

/** The first JSON object of the reply: `pass`, by default true, and `score`, by default that of the verdict. */
export function rubricResult(
  check: RowCheck,
  answer: HelperAnswer | undefined,
): { readonly pass: boolean; readonly score: number } | string {
  if (answer?.kind !== 'judge') return 'judge_failed';
  const [said] = jsonObjectsIn(answer.text) as Readonly<Record<string, unknown>>[];
  if (said === undefined) return 'judge_unparseable';
  const written = said.pass ?? true;
  const verdict = typeof written === 'boolean' ? written : /^(?:true|yes|pass|y)$/i.test(String(written));
  const score = said.score === undefined || said.score === null ? Number.NaN : Number(said.score);
  const found = Number.isFinite(score) ? score : Number(verdict);
  const pass = verdict && found >= (check.threshold ?? Number.NEGATIVE_INFINITY);
  const isInverse = check.type.startsWith('not-');
  return { pass: pass !== isInverse, score: isInverse ? 1 - found : found };
}
