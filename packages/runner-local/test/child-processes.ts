import { execFileSync } from 'node:child_process';

/** Ids of this process's children whose command line holds `text`; null where there is no `ps` to ask. */
export function childProcesses(text: string): number[] | null {
  let list: string;
  try {
    list = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  } catch {
    return null;
  }
  return list.split('\n').flatMap((line) => (line.includes(text) ? [Number.parseInt(line, 10)] : []));
}
