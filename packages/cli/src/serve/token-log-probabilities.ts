import type { TokenLogProbability } from 'assay/internal';
import type { EchoedToken } from './served-model.ts';

/** The chat API's form. */
export function chatLogProbabilities(tokens: readonly TokenLogProbability[], withBest: boolean) {
  const entry = ({ text, logProbability }: Pick<TokenLogProbability, 'text' | 'logProbability'>) => ({
    token: text,
    logprob: logProbability,
    bytes: [...Buffer.from(text)],
  });
  return {
    content: tokens.map((token) => ({ ...entry(token), top_logprobs: withBest ? [entry(token.best)] : [] })),
    refusal: null,
  };
}

/** The completions API's form. Offsets count code points from the beginning of the choice's text. */
export function completionLogProbabilities(tokens: readonly EchoedToken[], withBest: boolean) {
  let offset = 0;
  const offsets = tokens.map(({ text }) => {
    const start = offset;
    offset += [...text].length;
    return start;
  });
  return {
    tokens: tokens.map(({ text }) => text),
    token_logprobs: tokens.map(({ logProbability }) => logProbability),
    top_logprobs: withBest ? tokens.map(topOf) : null,
    text_offset: offsets,
  };
}

/** The token that stands there and the model's first choice, best first. */
function topOf({ text, logProbability, best }: EchoedToken): Record<string, number> | null {
  if (best === null) return null;
  return { [best.text]: best.logProbability, ...(best.text === text ? {} : { [text]: logProbability }) };
}
