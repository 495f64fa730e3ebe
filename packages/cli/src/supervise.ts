import { constants } from 'node:os';
import { endWhenOrphaned } from './end-when-orphaned.ts';

/** Set in the process that does the work, to the process id of the one that looks after it. */
const SUPERVISED = 'ASSAY_SUPERVISED';
/** Milliseconds without a word after a signal: no code of ours is busy for so long. */
const SILENCE_MS = 1_500;
const ASK_MS = 250;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Whether this process is to look after another that runs code of a config: such code may never let go of its thread, and then no
 * handler of a signal runs in it.
 */
export function isSupervisor(argv: readonly string[], env: NodeJS.ProcessEnv): boolean {
  if (env[SUPERVISED] !== undefined) return false;
  return argv.includes('--allow-code') || /^(1|true|yes|on)$/i.test(env.ASSAY_ALLOW_CODE ?? '');
}

/** In the process that does the work: answers who looks after it, and ends with it, however that ended. */
export function answerSupervisor(): void {
  const supervisor = process.env[SUPERVISED];
  if (supervisor === undefined) return;
  delete process.env[SUPERVISED];
  endWhenOrphaned(Number(supervisor));
  process.on('message', () => void process.send?.('here'));
  process.on('disconnect', () => process.exit(130));
  process.channel?.unref();
}

/**
 * Does the command in a process of its own. A signal is passed on; where nothing answers after it, the process is killed: its
 * journal stands a kill at any moment. @returns the exit code
 */
export async function supervise(argv: readonly string[]): Promise<number> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [...process.execArgv, ...argv.slice(1)], {
    env: { ...process.env, [SUPERVISED]: String(process.pid) },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // A group of its own: Ctrl-C reaches it once, through us.
    detached: process.platform !== 'win32',
  });
  let heardAt = 0;
  let asking: NodeJS.Timeout | undefined;
  let isKilled = false;
  const ask = (): void => {
    if (performance.now() - heardAt <= SILENCE_MS) return void (child.connected && child.send('there?', () => {}));
    isKilled = child.kill('SIGKILL');
  };
  child.on('message', () => {
    heardAt = performance.now();
  });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      child.kill(signal);
      if (asking !== undefined) return;
      heardAt = performance.now();
      asking = setInterval(ask, ASK_MS);
    });
  }
  process.on('exit', () => child.kill('SIGKILL'));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exit, signal) => {
      const isInterrupted = asking !== undefined;
      resolve(exit ?? (isInterrupted ? 130 : 128 + constants.signals[signal ?? 'SIGKILL']));
    });
  });
  clearInterval(asking);
  if (!isKilled) return code;
  process.stderr.write(
    'RUN_INTERRUPTED  the code that the config names did not stop: its process was ended\n  hint: What was scored is on disk: the same command with --resume goes on.\n',
  );
  return 130;
}
