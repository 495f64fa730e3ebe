import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { watchProcesses } from './watch-processes.ts';

/** What a command took, with every process that it started. */
export interface ProcessCost {
  readonly wallMs: number;
  /** User and system time. */
  readonly cpuMs: number;
  /** Peak resident memory in MiB, that of all processes added up; null where the system has no /proc. */
  readonly peakMb: number | null;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The command's own errors go where they went, Bash's times to its standard output. */
const TIMED = 'exec 3>&2 2>&1; TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&3 3>&-';
const ERROR_CHARACTERS = 2_000;

/**
 * Runs a command to its end. CPU time is what Bash's `time` says or, where that is more, what was seen of the processes that
 * inherited the command's environment: `time` misses the daemons of a Python peer, which no one waits for.
 * @throws Error when the command fails
 */
export async function processCost(
  command: string,
  args: readonly string[],
  { cwd, env = process.env }: ProcessOptions,
): Promise<ProcessCost> {
  const mark = randomUUID();
  const child = spawn('bash', ['-c', TIMED, 'bash', command, ...args], {
    cwd,
    env: { ...env, ASSAY_BENCH_MARK: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const watch = watchProcesses(`ASSAY_BENCH_MARK=${mark}`);
  const { code, times, errors } = await ended(child);
  const seen = watch.stop();
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors}`);
  const [wall = 0, user = 0, system = 0] = times.trim().split(' ').map(Number);
  return { wallMs: 1000 * wall, cpuMs: Math.max(1000 * (user + system), seen.cpuMs), peakMb: seen.peakMb };
}

function ended(child: ChildProcess): Promise<{ code: number | null; times: string; errors: string }> {
  let times = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    times += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-ERROR_CHARACTERS);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, times, errors }));
  });
}

/** The least CPU time and the least wall time of some runs of one command, and the highest peak. */
export async function bestCost(count: number, run: () => Promise<ProcessCost>): Promise<ProcessCost> {
  const costs: ProcessCost[] = [];
  for (let i = 0; i < count; i++) costs.push(await run());
  const least = (of: (cost: ProcessCost) => number) => Math.min(...costs.map(of));
  const peaks = costs.flatMap(({ peakMb }) => (peakMb === null ? [] : [peakMb]));
  return {
    wallMs: least(({ wallMs }) => wallMs),
    cpuMs: least(({ cpuMs }) => cpuMs),
    peakMb: peaks.length === 0 ? null : Math.max(...peaks),
  };
}
