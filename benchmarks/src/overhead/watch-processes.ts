import { readdirSync, readFileSync } from 'node:fs';

const POLL_MS = 50;
/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10;

export interface SeenProcesses {
  /** CPU time of all of them as last seen: what each did in its last moments is missing. */
  readonly cpuMs: number;
  /** The peaks of all processes, added up; null where the system has no /proc. */
  readonly peakMb: number | null;
}

/** What the processes of one name took. */
export interface NamedCost {
  /** Of all of them. */
  readonly cpuMs: number;
  /** The highest peak of one. */
  readonly peakMb: number;
}

/**
 * Looks now and then at every process whose environment holds `mark`. Sees nothing where the system has no /proc.
 * @param nameOf a process, by its arguments @default all have one name
 */
export function watchProcesses(
  mark: string,
  nameOf: (command: readonly string[]) => string = () => '',
): { stop(): SeenProcesses & { readonly byName: ReadonlyMap<string, NamedCost> } } {
  const looks = new Map<string, number>();
  const cpuMs = new Map<string, number>();
  const names = new Map<string, string>();
  const peaksMb = new Map<string, number>();
  let peakKb = 0;
  const poll = () => {
    let nowKb = 0;
    for (const pid of processIds()) {
      if (!isMarked(pid, mark, looks)) continue;
      const ms = cpuMsOf(pid);
      if (ms !== undefined) cpuMs.set(pid, ms);
      const kb = residentKb(pid);
      nowKb += kb;
      // A process begins as a copy of the one that started it.
      const name = nameOf(read(`/proc/${pid}/cmdline`).split('\0'));
      if (name !== '') names.set(pid, name);
      peaksMb.set(pid, Math.max(peaksMb.get(pid) ?? 0, kb / 1024));
    }
    peakKb = Math.max(peakKb, nowKb);
  };
  const timer = setInterval(poll, POLL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      const total = [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0);
      const byName = new Map<string, NamedCost>();
      for (const [pid, name] of names) {
        const { cpuMs: before, peakMb } = byName.get(name) ?? { cpuMs: 0, peakMb: 0 };
        byName.set(name, { cpuMs: before + (cpuMs.get(pid) ?? 0), peakMb: Math.max(peakMb, peaksMb.get(pid) ?? 0) });
      }
      return { cpuMs: total, peakMb: peakKb === 0 ? null : peakKb / 1024, byName };
    },
  };
}

function processIds(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Looks after which a process without the mark is a stranger: it gets its environment some moments after it is there. */
const LOOKS = 3;

function isMarked(pid: string, mark: string, looks: Map<string, number>): boolean {
  const left = looks.get(pid) ?? LOOKS;
  if (left === Number.POSITIVE_INFINITY) return true;
  if (left === 0) return false;
  const found = read(`/proc/${pid}/environ`).includes(mark);
  looks.set(pid, found ? Number.POSITIVE_INFINITY : left - 1);
  return found;
}

function cpuMsOf(pid: string): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === '') return undefined;
  // The name, in parentheses, may hold spaces; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TICK_MS * (Number(fields[11]) + Number(fields[12]));
}

/** The most that the process has held so far: a peak between two looks is not missed while it lives. */
function residentKb(pid: string): number {
  return Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
