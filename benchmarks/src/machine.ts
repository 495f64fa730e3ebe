import { execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';

/** What every figure is worth nothing without. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  readonly commit: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    commit: commitOf(),
  };
}

function commitOf(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    // Saved figures change nothing that is measured.
    const changes = git('status', '--porcelain', '-uno', '--', ':(top)', ':(top,exclude)benchmarks/results');
    return `${git('rev-parse', '--short=12', 'HEAD')}${changes === '' ? '' : ' + changes'}`;
  } catch {
    return 'unknown';
  }
}
