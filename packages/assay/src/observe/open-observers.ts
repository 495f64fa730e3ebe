import { resolve } from 'node:path';
import type { ValidConfig } from '@assay/core';
import { LineFile } from './line-file.ts';
import { logHooks } from './log-hooks.ts';
import type { Observers } from './observers.ts';
import { openTraces, tracesAskedFor } from './open-traces.ts';
import { redactSecrets } from './redact-secrets.ts';

export interface ObserveSettings {
  /** Appends what happens to each sample as JSON lines. */
  readonly logFile?: string | undefined;
  /** Puts prompts, answers and messages into the log, too. @default false */
  readonly logText?: boolean | undefined;
  /** Whose variables ask for traces, and hold secrets that no log may show. @default none */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Opens what the settings and the environment ask for; what cannot be opened costs a note, never the run. */
export async function openObservers(
  config: ValidConfig,
  settings: ObserveSettings,
  note: (text: string) => void,
): Promise<Observers> {
  const { logFile, env = {} } = settings;
  const log = logFile === undefined ? undefined : await openLog(config, logFile, settings, note);
  const traces = tracesAskedFor(env) === 'none' ? undefined : await openTraces(env, note);
  const opened = [log, traces].filter((observers) => observers !== undefined);
  return {
    hooks: opened.flatMap(({ hooks }) => hooks),
    close: async () => void (await Promise.all(opened.map((observers) => observers.close()))),
  };
}

async function openLog(
  { config }: ValidConfig,
  path: string,
  { logText, env = {} }: ObserveSettings,
  note: (text: string) => void,
): Promise<Observers | undefined> {
  const file = await LineFile.open(resolve(path), {
    onFailure: ({ code, message }) =>
      note(`the log ${path} cannot be written (${code ?? message}); the run goes on without it`),
  });
  if (file === undefined) return undefined;
  const headers = config.models.flatMap(({ openai }) => Object.values(openai?.headers ?? {}));
  const texts = logText === true ? { texts: redactSecrets(env, headers) } : {};
  return {
    hooks: [logHooks({ write: (line) => file.write(line), ...texts })],
    close: async () => {
      await file.close();
      if (file.dropped > 0) note(`the log ${path} lacks ${file.dropped} lines: the disk was too slow`);
    },
  };
}
