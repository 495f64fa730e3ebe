import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { endWithProcess } from 'assay/internal';

export interface Ended {
  /** Null for a program that was ended, or could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, or for so many milliseconds. It ends with this process. */
export async function runProgram(program: string, args: readonly string[], timeout?: number): Promise<Ended> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout });
  endWithProcess(child);
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    const [stdout, stderr] = await said;
    return { code, stdout, stderr };
  } catch (error) {
    said.catch(() => undefined);
    return { code: null, stdout: '', stderr: error instanceof Error ? error.message : '' };
  }
}
