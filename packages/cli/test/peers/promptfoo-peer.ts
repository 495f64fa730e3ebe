import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect } from 'vitest';
import { z } from 'zod';
import { BIN, HERE } from './peers.ts';

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

/** What promptfoo-host.mjs answers. */
const FINISHED = z.object({ code: z.int(), said: z.string() });

interface Host {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly gone: Promise<unknown>;
}

let host: Host | undefined;
afterAll(async () => {
  host?.child.stdin?.end();
  await host?.gone;
});

/** promptfoo in a folder, for all configs of a test file: to load it takes longer than to run one. */
function startHost(folder: string, env: NodeJS.ProcessEnv): Host {
  const own = {
    PROMPTFOO_CONFIG_DIR: join(folder, 'promptfoo'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
  };
  const main = join(BIN, '../promptfoo/node_modules/promptfoo/dist/src/main.js');
  const child = spawn(process.execPath, [join(HERE, 'promptfoo-host.mjs'), main], {
    cwd: folder,
    env: { ...process.env, ...own, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  return { child, gone, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

/** promptfoo's own results of a config in a folder. @param env variables that the configs of a test file need */
export async function evaluatePromptfoo(
  config: string,
  out: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly PeerResult[]> {
  host ??= startHost(folder, env);
  const flags = ['--no-cache', '--no-table', '--no-progress-bar', '--no-share', '--no-write'];
  host.child.stdin?.write(`${JSON.stringify(['eval', '-c', config, '-o', out, ...flags])}\n`);
  const { value, done } = await host.lines.next();
  if (done === true) throw new Error(`promptfoo ended at ${config}`);
  const { code, said } = FINISHED.parse(JSON.parse(value));
  // It ends with code 100 where an assertion fails.
  expect(code === 100 ? 0 : code, said).toBe(0);
  return JSON.parse(await readFile(out, 'utf8')).results.results;
}
