import type { Completed, GenerateOptions, Prompt, Tokenizer } from 'assay/internal';
import { ApiError } from './api-error.ts';
import type { Reply } from './reply.ts';
import type { ServedModel } from './served-model.ts';
import type { ListedToken } from './token-log-probabilities.ts';
import { tokenBytes, tokenName } from './token-names.ts';

/** Events as TGI sends them: one for each token, the last with the whole text. */
export async function streamTokens(
  model: ServedModel,
  prompts: readonly Prompt[],
  options: GenerateOptions & { readonly signal: AbortSignal },
  seed: number,
  reply: Reply,
): Promise<void> {
  if (prompts.length !== 1) {
    throw new ApiError(400, 'stream: one input at a time', { code: 'unsupported_parameter', param: 'stream' });
  }
  let told = 0;
  const tell = (tokens: readonly ListedToken[], end: object) => {
    const listed = listedTokens(tokens, model.tokenizer);
    for (const [at, token] of listed.entries()) {
      // A token inside a character brings no text; the one that completes it brings it whole.
      const said = { ...token, text: token.special ? token.text : tokens[at]!.text };
      const isLast = at === listed.length - 1;
      reply.event({ index: ++told, token: said, generated_text: null, details: null, ...(isLast ? end : {}) });
    }
  };
  // The last token is known to be so only once all have come.
  let held: readonly ListedToken[] = [];
  const [answer] = await model.stream(prompts, options, (_, __, tokens) => {
    tell(held, {});
    held = tokens;
  });
  const end = { generated_text: answer!.text, details: detailsOf(answer!, seed, [], model.tokenizer) };
  tell(answer!.tokens?.slice(told) ?? held, end);
  reply.end();
}

/** TGI's details of an answer: why it ended, and its tokens. @param prefill the prompt's tokens, where they are wanted */
export function detailsOf(
  answer: Completed,
  seed: number,
  prefill: readonly ListedToken[],
  tokenizer: Tokenizer | undefined,
) {
  return {
    finish_reason: answer.finishReason === 'length' ? 'length' : 'eos_token',
    generated_tokens: answer.newTokens ?? 0,
    seed,
    prefill: listedTokens(prefill, tokenizer),
    tokens: listedTokens(answer.tokens ?? [], tokenizer),
  };
}

function listedTokens(tokens: readonly ListedToken[], tokenizer: Tokenizer | undefined) {
  return tokens.map((token) => ({
    ...(token.id === undefined ? {} : { id: token.id }),
    text: tokenName(tokenBytes(token, tokenizer), 'chat'),
    logprob: token.logProbability,
    special: token.id !== undefined && tokenizer?.isSpecial(token.id) === true,
  }));
}
