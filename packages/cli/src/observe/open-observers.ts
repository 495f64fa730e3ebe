import { resolve } from 'node:path';
import type { ValidConfig } from '@assay/core';
import { printable } from '../print/terminal.ts';
import { LineFile } from './line-file.ts';
import { logHooks } from './log-hooks.ts';
import type { Observers } from './observers.ts';
import { openTraces, tracesAskedFor } from './open-traces.ts';
import { redactSecrets } from './redact-secrets.ts';

export interface ObserveFlags {
  readonly logFile?: string;
  readonly logText?: true;
}

/** Opens what the flags and the environment ask for; what cannot be opened costs a note, never the run. */
export async function openObservers(
  config: ValidConfig,
  flags: ObserveFlags,
  note: (text: string) => void,
): Promise<Observers> {
  const log = flags.logFile === undefined ? undefined : await openLog(config, flags.logFile, flags.logText, note);
  const traces = tracesAskedFor(process.env) === 'none' ? undefined : await openTraces(process.env, note);
  const opened = [log, traces].filter((observers) => observers !== undefined);
  return {
    hooks: opened.flatMap(({ hooks }) => hooks),
    close: async () => void (await Promise.all(opened.map((observers) => observers.close()))),
  };
}

async function openLog(
  { config }: ValidConfig,
  path: string,
  withTexts: true | undefined,
  note: (text: string) => void,
): Promise<Observers | undefined> {
  const file = await LineFile.open(resolve(path), {
    onFailure: ({ code, message }) =>
      note(`the log ${printable(path)} cannot be written (${code ?? message}); the run goes on without it`),
  });
  if (file === undefined) return undefined;
  const headers = config.models.flatMap(({ openai }) => Object.values(openai?.headers ?? {}));
  const texts = withTexts === undefined ? {} : { texts: redactSecrets(process.env, headers) };
  return {
    hooks: [logHooks({ write: (line) => file.write(line), ...texts })],
    close: async () => {
      await file.close();
      if (file.dropped > 0) note(`the log ${printable(path)} lacks ${file.dropped} lines: the disk was too slow`);
    },
  };
}
