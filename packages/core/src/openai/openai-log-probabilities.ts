import type { LogProbability, TokenLogProbability } from '../runner/runner.ts';
import type { OpenaiLogProbabilities } from './openai-wire.ts';

type Scores = Pick<
  Extract<LogProbability, { ok: true }>,
  'logProbability' | 'tokenCount' | 'isGreedy' | 'tokenLogProbabilities'
>;

/**
 * What an echoed prompt's log-probabilities say of `continuation`. A token that begins in the prompt and ends in the
 * continuation counts whole: the model has no probability of its part.
 * @returns undefined where the server did not score the prompt
 */
export function echoedScores(
  logprobs: OpenaiLogProbabilities | null | undefined,
  prompt: string,
  continuation: string,
): Scores | undefined {
  const { token_logprobs: values, text_offset: offsets, top_logprobs: best } = logprobs ?? {};
  if (!values || !offsets || offsets[0] !== 0) return undefined;
  // Offsets count code points, and the token generated beyond the text is not asked for.
  const from = [...prompt].length;
  const to = from + [...continuation].length;
  // Tokens of one character have one offset: they end together.
  const endOf = (i: number): number => offsets.find((offset, at) => at > i && offset > offsets[i]!) ?? to;
  const positions = [...offsets.keys()].filter(
    (i) => (offsets[i]! >= from || endOf(i) > from) && offsets[i]! < to && typeof values[i] === 'number',
  );
  const tokens = positions.map((i) => values[i]!);
  return {
    logProbability: tokens.reduce((sum, value) => sum + value, 0),
    tokenCount: tokens.length,
    isGreedy: positions.every((i) => isFirstChoice(values[i]!, best?.[i])),
    tokenLogProbabilities: tokens,
  };
}

function isFirstChoice(value: number, best: Readonly<Record<string, number>> | null | undefined): boolean {
  const choices = Object.values(best ?? {});
  return choices.length > 0 && choices.every((choice) => value >= choice);
}

/**
 * The tokens of a completion, in either API's form.
 * @returns undefined where the server gives none, or where they do not add up to the text
 */
export function completionTokens(
  logprobs: OpenaiLogProbabilities | null | undefined,
  text: string,
): TokenLogProbability[] | undefined {
  const all = chatTokens(logprobs?.content) ?? listedTokens(logprobs);
  if (all === undefined) return undefined;
  const tokens: TokenLogProbability[] = [];
  let rest = text.length;
  // Some servers list the end of the text, or the stop string, too.
  for (const token of all) {
    if (token.text.length > rest) break;
    rest -= token.text.length;
    tokens.push(token);
  }
  return tokens.map((token) => token.text).join('') === text ? tokens : undefined;
}

function chatTokens(content: OpenaiLogProbabilities['content']): TokenLogProbability[] | undefined {
  if (!content) return undefined;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return content.map(({ token, logprob, bytes, top_logprobs: top }) => {
    const text = bytes ? decoder.decode(Uint8Array.from(bytes), { stream: true }) : token;
    const choices = (top ?? []).map((choice) => ({ text: choice.token, logProbability: choice.logprob }));
    return { text, logProbability: logprob, top: choices.length > 0 ? choices : [{ text, logProbability: logprob }] };
  });
}

function listedTokens(logprobs: OpenaiLogProbabilities | null | undefined): TokenLogProbability[] | undefined {
  const { tokens, token_logprobs: values, top_logprobs: tops } = logprobs ?? {};
  if (!tokens || !values) return undefined;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return tokens.map((token, i) => {
    const logProbability = values[i] ?? 0;
    const text = decoder.decode(bytesOfName(token), { stream: true });
    const top = Object.entries(tops?.[i] ?? {}).map(([name, value]) => ({ text: name, logProbability: value }));
    top.sort((a, b) => b.logProbability - a.logProbability);
    return { text, logProbability, top: top.length > 0 ? top : [{ text, logProbability }] };
  });
}

/** The bytes of a listed token: a part of a character stands there as `bytes:\xe6\x97`. */
function bytesOfName(name: string): Uint8Array {
  if (!/^bytes:(\\x[0-9a-f]{2})+$/i.test(name)) return Buffer.from(name);
  return Buffer.from(name.slice('bytes:'.length).replaceAll('\\x', ''), 'hex');
}
