import { spawnSync } from 'node:child_process';

/** CPU milliseconds of a process and its children, several times. */
export interface CpuSamples {
  readonly samples: readonly number[];
  readonly median: number;
  /** Largest over smallest. */
  readonly spread: number;
}

/**
 * User and system time of `node ARGS`.
 * @throws Error when the command fails
 */
export function childCpuMs(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, count = 9): CpuSamples {
  const samples = Array.from({ length: count }, () => once(args, cwd, env)).sort((a, b) => a - b);
  return { samples, median: samples[count >> 1]!, spread: samples.at(-1)! / samples[0]! };
}

/** Bash's `time` counts the child and its children alone, whatever this process has spent. */
function once(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>/dev/null';
  const found = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], { cwd, env, encoding: 'utf8' });
  if (found.status !== 0) throw new Error(`node ${args.join(' ')} ended with ${found.status}`);
  const [user = 0, system = 0] = found.stderr.trim().split(' ').map(Number);
  return 1000 * (user + system);
}
