import type { TokenChoice, Tokenizer } from 'assay/internal';

/** How a token that is no whole text by itself is written: OpenAI's two ways. */
export type NameForm = 'completion' | 'chat';

const PREFIX: Readonly<Record<NameForm, string>> = { completion: 'bytes:', chat: '' };

/** A token's own bytes; of a runner without a tokenizer those of its text. */
export function tokenBytes(
  { id, text }: Pick<TokenChoice, 'id' | 'text'>,
  tokenizer: Tokenizer | undefined,
): Uint8Array {
  return (id === undefined ? undefined : tokenizer?.bytesOf(id)) ?? Buffer.from(text);
}

/**
 * The text by which a token is listed: different for tokens of different bytes. A part of a character is written byte by
 * byte, as OpenAI does: `bytes:\xe6\x97` among completions, `\xe6\x97` in chats.
 */
export function tokenName(bytes: Uint8Array, form: NameForm): string {
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text).equals(bytes)) return text;
  return PREFIX[form] + Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
