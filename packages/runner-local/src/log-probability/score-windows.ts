import type { ScoreWindows } from '@assay/core';

/** One stretch of a text that fits into the context. */
export interface ScoreWindow {
  readonly tokens: Int32Array;
  /** Tokens from here on are scored; those before are context. */
  readonly from: number;
}

/**
 * Cuts a text beyond the context into rolling windows. The first holds the first `contextLength` tokens; each further
 * one scores the next stride: half a context, so that every token but the first has at least half a context before it,
 * or a whole one. Each token is scored exactly once.
 * @param from the first token to score, at least 1
 * @param contextLength positions of the model; a window's last token is only a target, so it has one token more
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/utils.py `get_rolling_token_windows`, whose
 *   windows for `context_len=1` are those of a whole stride
 */
export function scoreWindows(
  tokens: readonly number[],
  from: number,
  contextLength: number,
  stride: ScoreWindows = 'half',
): ScoreWindow[] {
  const most = contextLength + 1;
  if (from >= tokens.length) return [];
  const windows: ScoreWindow[] = [];
  const step = stride === 'whole' ? contextLength : Math.max(1, contextLength >> 1);
  let scored = from;
  while (scored < tokens.length) {
    const first = windows.length === 0 ? Math.max(most, scored + step) : scored + step;
    const end = Math.min(tokens.length, first);
    const start = Math.max(0, end - most);
    windows.push({ tokens: Int32Array.from(tokens.slice(start, end)), from: scored - start });
    scored = end;
  }
  return windows;
}
