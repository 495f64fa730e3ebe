import { AssayError } from '@assay/core';

/**
 * Cuts a prompt to `room` tokens: `left` drops its beginning, `middle` keeps its two ends.
 * @returns null when it does not fit and may not be cut
 */
export function fitPrompt(
  tokens: readonly number[],
  room: number,
  overflow: 'error' | 'left' | 'middle',
): readonly number[] | null {
  if (tokens.length <= room) return tokens;
  if (overflow === 'error') return null;
  if (overflow === 'left') return tokens.slice(tokens.length - room);
  const head = Math.ceil(room / 2);
  return [...tokens.slice(0, head), ...tokens.slice(tokens.length - (room - head))];
}

/** The error for a continuation that does not fit with its prompt, or not even by itself. */
export function continuationTooLong(prompt: number, continuation: number, contextLength: number): AssayError {
  const hint =
    continuation > contextLength
      ? 'shorten the continuation'
      : 'shorten the prompt, or set overflow: left or overflow: middle to cut it';
  return new AssayError(
    'RUNNER_PROMPT_TOO_LONG',
    `the prompt has ${prompt} tokens and its continuation ${continuation}, the model's context ${contextLength}`,
    { hint },
  );
}

/** The error for a prompt that does not fit. @param about stands before the number */
export function promptTooLong(tokens: number, contextLength: number, about = ''): AssayError {
  return new AssayError(
    'RUNNER_PROMPT_TOO_LONG',
    `the prompt has ${about}${tokens} tokens, the model's context ${contextLength}`,
    {
      hint: 'shorten the prompt, or set overflow: left or overflow: middle to cut it',
    },
  );
}
