import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../print/terminal.ts';

/** Characters of what a process says that are kept. */
const MOST_SAID = 2000;

/** What a run ends with that has figures, or was stopped. */
const ENDED: ReadonlySet<number> = new Set([
  EXIT.passed,
  EXIT.gateFailed,
  EXIT.samplesFailed,
  EXIT.inconclusive,
  EXIT.interrupted,
]);

interface Resumed {
  readonly child: ChildProcess;
  said: string;
}

/** Runs that were continued from the page: each is a process of its own, which stops with the viewer. */
export class ResumedRuns {
  readonly #program: readonly string[];
  readonly #runs = new Map<string, Resumed>();

  /** @param program what starts assay: node, and the file of the command */
  constructor(program: readonly string[]) {
    this.#program = program;
  }

  /** Whether the process that was started for a run has not ended. */
  isStarted(run: string): boolean {
    const resumed = this.#runs.get(run);
    return resumed !== undefined && isAlive(resumed.child);
  }

  start(run: string, args: readonly string[], folder: string): void {
    if (this.isStarted(run)) return;
    const [node = '', ...main] = this.#program;
    // What the viewer was allowed is not allowed to what it starts.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ASSAY_ALLOW_')));
    const child = spawn(node, [...main, ...args], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const resumed: Resumed = { child, said: '' };
    this.#runs.set(run, resumed);
    child.stderr?.on('data', (chunk) => {
      resumed.said = `${resumed.said}${chunk}`.slice(-MOST_SAID);
    });
    child.on('error', ({ message }) => {
      resumed.said = message;
    });
  }

  /** What a run that could not be continued, or failed, said at its end; '' where nothing went wrong. */
  said(run: string): string {
    const resumed = this.#runs.get(run);
    if (resumed === undefined || this.isStarted(run)) return '';
    const { exitCode } = resumed.child;
    return exitCode !== null && ENDED.has(exitCode) ? '' : printable(resumed.said.trim());
  }

  /** Stops what still runs, as Ctrl-C does, and waits for it. */
  async close(): Promise<void> {
    const running = [...this.#runs.values()].filter(({ child }) => isAlive(child));
    await Promise.all(
      running.map(async ({ child }) => {
        const ended = once(child, 'exit');
        child.kill('SIGINT');
        await ended;
      }),
    );
  }
}

function isAlive({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}
