import {
  AssayError,
  inCompletionOrder,
  type LogProbability,
  type LogProbabilityOptions,
  type LogProbabilityRequest,
  type Stream,
  type TokenLogProbability,
  toAssayError,
} from '@assay/core';
import { continuationTooLong, fitPrompt, promptTooLong } from '../generation/fit-prompt.ts';
import type { CausalParts } from '../generation/generate-completions.ts';
import type { TextCodec } from '../generation/text-codec.ts';
import { commonPrefixLength } from '../prefixes/common-prefix-length.ts';
import type { JobResult, ScoreJob } from '../worker/messages.ts';
import type { Ticket, Unnumbered } from '../worker/worker-pool.ts';
import { scoreWindows } from './score-windows.ts';
import { textBehind } from './text-context.ts';

/** Requests under way for each worker: enough to find what they share. */
const WINDOW_PER_WORKER = 256;

/** Log-probabilities of continuations, in completion order. */
export async function* scoreTexts(
  parts: CausalParts,
  requests: Stream<LogProbabilityRequest>,
  options: LogProbabilityOptions,
): AsyncGenerator<LogProbability, void, undefined> {
  const open = new Set<Ticket>();
  const limit = WINDOW_PER_WORKER * parts.pool.workers;
  try {
    yield* inCompletionOrder(requests, limit, (request) => scoreOne(parts, request, options, open), options.signal);
  } finally {
    for (const ticket of open) ticket.cancel();
  }
}

async function scoreOne(
  parts: CausalParts,
  request: LogProbabilityRequest,
  options: LogProbabilityOptions,
  open: Set<Ticket>,
): Promise<LogProbability> {
  const wantsTokens = options.tokens ?? false;
  const top = wantsTokens ? Math.max(1, options.topLogProbabilities ?? 1) : 0;
  try {
    const { windows, tokens, from } = planScore(parts, request, options);
    const results = await Promise.all(
      windows.map(async (window) => {
        const ticket = parts.pool.submit({ kind: 'score', ...window, top });
        open.add(ticket);
        const result = await ticket.result;
        open.delete(ticket);
        return result;
      }),
    );
    const answer = sum(request, results);
    return wantsTokens && answer.ok ? { ...answer, tokens: withTexts(parts.codec, tokens, from, results) } : answer;
  } catch (thrown) {
    const error = toAssayError(thrown, 'RUNNER_FAILED');
    const state = error.code === 'RUNNER_PROMPT_TOO_LONG' ? 'truncated' : 'failed';
    return { id: request.id, ok: false, state, error: error.toData() };
  }
}

interface ScorePlan {
  readonly windows: readonly Omit<Unnumbered<ScoreJob>, 'kind'>[];
  readonly tokens: readonly number[];
  /** The first token that is scored. */
  readonly from: number;
}

/** @throws AssayError RUNNER_PROMPT_TOO_LONG for a prompt that does not fit and may not be cut */
function planScore(
  { codec, folder }: CausalParts,
  request: LogProbabilityRequest,
  options: LogProbabilityOptions,
): ScorePlan {
  if (folder.encoder === undefined) {
    const whole = request.tokenIds ? { tokens: request.tokenIds, from: 1 } : encodePair(codec, request);
    // A text by itself is read in windows; a continuation belongs to its prompt, which fits or is cut as it is told.
    const pair = request.prompt === '' ? whole : fitPair(whole, folder.contextLength, options.overflow);
    return { ...pair, windows: scoreWindows(pair.tokens, pair.from, folder.contextLength, request.windows) };
  }
  if (request.tokenIds !== undefined) {
    throw new AssayError('RUNNER_CAPABILITY', `${folder.name} answers a text: a text that stands alone has no scores`);
  }
  const source = codec.encode(request.prompt);
  if (source.length === 0 && codec.prefixId !== undefined) source.push(codec.prefixId);
  const from = folder.startIds.length;
  // As lm-eval scores them: the continuation behind the start token, without the tokens that end an answer.
  const tokens = [...folder.startIds, ...codec.encodeBare(request.continuation)];
  const longest = Math.max(source.length, tokens.length - 1);
  if (longest > folder.contextLength) throw promptTooLong(longest, folder.contextLength);
  const window = { tokens: Int32Array.from(tokens), source: Int32Array.from(source), from };
  return { windows: tokens.length > from ? [window] : [], tokens, from };
}

interface Pair {
  readonly tokens: readonly number[];
  /** The first token of the continuation. */
  readonly from: number;
}

/** Cuts the prompt so that it fits with its continuation, whose last token is only a target. */
function fitPair({ tokens, from }: Pair, contextLength: number, overflow: LogProbabilityOptions['overflow']): Pair {
  const continuation = tokens.length - from;
  const room = contextLength + 1 - continuation;
  const prompt = room < 1 ? null : fitPrompt(tokens.slice(0, from), room, overflow ?? 'error');
  if (prompt === null) throw continuationTooLong(from, continuation, contextLength);
  return { tokens: [...prompt, ...tokens.slice(from)], from: prompt.length };
}

/**
 * Prompt and continuation are tokenised together and split where the prompt's own tokens end to agree, so a token that
 * straddles the border belongs to the continuation. A text without a prompt stands behind what `context` says. Behind a
 * conversation the continuation is tokenised by itself: the chat template ends where an answer begins.
 */
function encodePair(codec: TextCodec, request: LogProbabilityRequest): Pair {
  const { messages } = request;
  if (messages !== undefined && codec.hasChatTemplate) {
    const prompt = codec.promptTokens({ id: request.id, text: request.prompt, messages });
    return { tokens: [...prompt, ...codec.encodeBare(request.continuation)], from: prompt.length };
  }
  const tokens = codec.encode(request.prompt + request.continuation);
  const from = commonPrefixLength(tokens, codec.encode(request.prompt));
  return from > 0 ? { tokens, from } : textBehind(codec, request.prompt + request.continuation, request.context);
}

function sum(request: LogProbabilityRequest, results: readonly JobResult[]): LogProbability {
  const values: number[] = [];
  let isGreedy = true;
  let elapsedMs = 0;
  for (const result of results) {
    if (result.kind === 'failed') {
      const { error, attempts } = result;
      return { id: request.id, ok: false, state: 'failed', error, ...(attempts === undefined ? {} : { attempts }) };
    }
    if (result.kind !== 'score') continue;
    values.push(...result.logProbabilities);
    isGreedy &&= result.isGreedy;
    elapsedMs = Math.max(elapsedMs, result.elapsedMs);
  }
  return {
    id: request.id,
    ok: true,
    logProbability: values.reduce((total, value) => total + value, 0),
    tokenCount: values.length,
    byteCount: Buffer.byteLength(request.continuation),
    isGreedy,
    tokenLogProbabilities: values,
    elapsedMs,
  };
}

/** Each scored token with its text. */
function withTexts(
  codec: TextCodec,
  tokens: readonly number[],
  from: number,
  results: readonly JobResult[],
): TokenLogProbability[] {
  const texts = codec.pieces(tokens).slice(from);
  const scored = results.flatMap((result) => {
    if (result.kind !== 'score' || result.top === undefined) return [];
    const { count, ids, logProbabilities } = result.top;
    return Array.from(result.logProbabilities, (logProbability, at) => {
      const span = [at * count, (at + 1) * count] as const;
      return { logProbability, top: codec.choices(ids.subarray(...span), logProbabilities.subarray(...span)) };
    });
  });
  return scored.map((each, at) => ({ id: tokens[from + at]!, text: texts[at] ?? '', ...each }));
}
