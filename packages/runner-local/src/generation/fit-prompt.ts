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
