import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { assayVersion } from '../src/assay-version.ts';
import type { Finished } from './assay.ts';

const HOST = fileURLToPath(new URL('command-host.mjs', import.meta.url));

/** What command-host.mjs answers. */
const FINISHED = z.object({ code: z.int().nullable(), signal: z.null(), stdout: z.string(), stderr: z.string() });

interface Host {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly gone: Promise<unknown>;
}

let host: Host | undefined;
let last: Promise<unknown> = Promise.resolve();
afterAll(async () => {
  host?.child.stdin?.end();
  await host?.gone;
});

/**
 * The built command as `assay()` runs it, in a process that runs those of a test file one after another: one of its own spends
 * most of its time on loading. What only a process of its own can show (that it ends, signals, kills, limits, code of a config)
 * needs one. A command that waits for another of these waits for ever.
 */
export function assayHere(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const turn = last.then(() => runHere(args, cwd, env));
  last = turn.catch(() => {});
  return turn;
}

async function runHere(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Finished> {
  host ??= startHost();
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const variables = { ...inherited, CI: 'true', ASSAY_CACHE: join(cwd, '.cache'), ...env };
  host.child.stdin?.write(`${JSON.stringify({ args, cwd, env: variables, version: assayVersion() })}\n`);
  const { value, done } = await host.lines.next();
  if (done === true) throw new Error(`assay ${args.join(' ')} ended the process of several commands`);
  return FINISHED.parse(JSON.parse(value));
}

function startHost(): Host {
  const child = spawn(process.execPath, [HOST], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  return { child, gone, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}
