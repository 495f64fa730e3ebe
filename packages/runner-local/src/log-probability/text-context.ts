import { AssayError, type TextContext } from '@assay/core';
import type { TextCodec } from '../generation/text-codec.ts';

/** Tokens that part documents in training, where the tokenizer's own begin or end turns of a chat instead. */
const DOCUMENT_ENDS = ['<|endoftext|>', '<|end_of_text|>', '<\uff5cend\u2581of\u2581sentence\uff5c>', '</s>', '<eos>'];

/** Messages of the conversation that shows what a token does; a token of every turn comes at least so often. */
const TURNS = 3;

/** A text as tokens, and the first of them that is scored. */
export interface TextTokens {
  readonly tokens: readonly number[];
  readonly from: number;
}

/**
 * A text behind what stands before it. All of it is scored, but for its first token where nothing is put before it.
 * @throws AssayError RUNNER_FAILED where the tokenizer lacks what should stand there
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/models/huggingface.py `prefix_token_id`
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-foundation-model-evaluate-auto-lib-custom.html (fmeval)
 */
export function textBehind(codec: TextCodec, text: string, context: TextContext = 'document'): TextTokens {
  if (context === 'none') return { tokens: codec.encode(text), from: 1 };
  if (context === 'fmeval') {
    if (codec.bosToken === undefined) throw missing('the tokenizer has no first token (bos)', 'document');
    return { tokens: codec.encode(codec.bosToken + text), from: 1 };
  }
  const prefix = prefixOf(codec, context);
  if (prefix === undefined) throw missing('the tokenizer has no token to put before the text', 'none');
  const tokens = codec.encodeBare(text);
  return tokens[0] === prefix ? { tokens, from: 1 } : { tokens: [prefix, ...tokens], from: 1 };
}

function prefixOf(codec: TextCodec, context: 'document' | 'bos' | 'lm-eval'): number | undefined {
  if (context === 'bos') return codec.idOf(codec.bosToken);
  return context === 'lm-eval' ? codec.prefixId : documentId(codec);
}

/** The first token, or what ends a document where the first opens a turn (`<|im_start|>`) or there is none. */
function documentId(codec: TextCodec): number | undefined {
  const { bosToken, eosToken } = codec;
  const own = [bosToken, eosToken].filter((token) => token !== undefined && !isOfTurns(codec, token));
  const ids = [...own, ...DOCUMENT_ENDS].map((token) => codec.idOf(token));
  return ids.find((id) => id !== undefined) ?? codec.prefixId;
}

/** Whether the chat template writes this token at every turn. */
function isOfTurns(codec: TextCodec, token: string): boolean {
  if (!codec.hasChatTemplate) return false;
  try {
    const turns = Array.from({ length: TURNS }, (_, at) => ({
      role: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: 'x',
    }));
    return codec.render(turns).split(token).length - 1 >= TURNS;
  } catch {
    return false;
  }
}

function missing(message: string, instead: TextContext): AssayError {
  return new AssayError('RUNNER_FAILED', message, { hint: `give a prompt, or \`context: ${instead}\`` });
}
