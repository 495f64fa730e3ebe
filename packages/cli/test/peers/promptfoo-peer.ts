import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { BIN } from './peers.ts';

/** A result of `promptfoo eval -o out.json`. */
export interface PeerResult {
  readonly testIdx: number;
  readonly promptIdx: number;
  readonly prompt: { readonly label: string };
  readonly provider: { readonly id: string; readonly label?: string };
  readonly vars: Readonly<Record<string, unknown>>;
  readonly namedScores: Readonly<Record<string, number>>;
  readonly error?: string | null;
  /** 0 none, 1 an assertion, 2 an error. */
  readonly failureReason: number;
}

/** promptfoo's own results of a config in a folder. @param env variables that the config needs */
export async function evaluatePromptfoo(
  config: string,
  out: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly PeerResult[]> {
  const own = {
    PROMPTFOO_CONFIG_DIR: join(folder, 'promptfoo'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
  };
  const flags = ['--no-cache', '--no-table', '--no-progress-bar', '--no-share', '--no-write'];
  const asked = promisify(execFile)(
    join(BIN, '../promptfoo/node_modules/.bin/promptfoo'),
    [...['eval', '-c', config, '-o', out, ...flags]],
    { cwd: folder, env: { ...process.env, ...own, ...env } },
  );
  // It ends with code 100 where an assertion fails.
  await asked.catch(({ code, stderr }: { code?: unknown; stderr?: string }) =>
    expect([code, stderr]).toEqual([100, stderr]),
  );
  return JSON.parse(await readFile(out, 'utf8')).results.results;
}
