import type { RunHooks, SampleRecord } from '@assay/core';

export interface LogHooksOptions {
  /** Takes one JSON text, without a newline. */
  readonly write: (line: string) => void;
  /** Prompts, answers and messages that may quote them, redacted by this; left out without it. */
  readonly texts?: (text: string) => string;
  /** @default the system's clock */
  readonly now?: () => Date;
}

type Level = 'info' | 'warn' | 'error';

/** Characters of one text that a line holds at most. */
const LONGEST_TEXT = 16_384;

/** The engine's events as JSON lines: what happened to which sample, without a word of what it says. */
export function logHooks({ write, texts, now = () => new Date() }: LogHooksOptions): RunHooks {
  let run: string | undefined;
  const log = (level: Level, event: string, fields: Readonly<Record<string, unknown>>): void =>
    write(JSON.stringify({ time: now().toISOString(), level, event, run, ...fields }));
  const shown = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : texts?.(text).slice(0, LONGEST_TEXT);
  const textsOf = ({ input, outputs, error }: SampleRecord): Record<string, unknown> => {
    if (texts === undefined) return {};
    const answers = Object.entries(outputs ?? {}).map(([key, output]) => [key, shown(output)]);
    return { input: shown(input), outputs: Object.fromEntries(answers), message: shown(error?.message) };
  };
  return {
    onRunStart: ({ run: id, dataset, total, seed, models, isResumed }) => {
      run = id;
      log('info', isResumed ? 'run_resumed' : 'run_started', { dataset, samples: total, seed, models });
    },
    onModelStart: ({ model, total, alreadyDone }) =>
      log('info', 'model_started', { model, samples: total, alreadyDone }),
    onSample: ({ model, record }) => {
      const { sample, digest, state, attempts, elapsedMs, promptTokens, newTokens, cache, error } = record;
      const isFailure = state === 'failed' || state === 'timed_out';
      log(isFailure ? 'warn' : 'info', 'sample', {
        model,
        sample,
        digest,
        state,
        attempts,
        latencyMs: elapsedMs === undefined ? undefined : Math.round(elapsedMs * 1000) / 1000,
        promptTokens,
        newTokens,
        cached: cache === undefined ? undefined : Object.values(cache).every((isHit) => isHit),
        error: error?.code,
        ...textsOf(record),
      });
    },
    onRange: ({ model, samples }) => log('info', 'range', { model, samples }),
    onModelEnd: ({ model, error }) =>
      log(error === null ? 'info' : 'error', 'model_ended', {
        model,
        ...(error === null ? {} : { error: error.code }),
      }),
    onWarning: ({ code, message, at }) => log('warn', 'warning', { code, ...at, message: shown(message) }),
    onRunEnd: ({ error }) => {
      const level = error === null ? 'info' : error.code === 'RUN_INTERRUPTED' ? 'warn' : 'error';
      log(level, 'run_ended', { error: error?.code, message: shown(error?.message) });
    },
  };
}
