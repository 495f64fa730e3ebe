import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

/** A child is ended when this process exits, whatever it is doing. One listener serves all children. */
export function endWithProcess(child: ChildProcess): void {
  if (children.size === 0) process.on('exit', endAll);
  children.add(child);
  child.once('exit', () => {
    children.delete(child);
    if (children.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const child of children) child.kill('SIGKILL');
}
