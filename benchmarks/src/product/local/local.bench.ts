import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { integerUnits } from '@assay/runner-local';
import { z } from 'zod';
import { describeMachine } from '../../machine.ts';
import type { SpeedLine, Tell } from '../../speed-line.ts';
import { FIGURES, type Figures } from './figures.ts';
import { LOCAL_LINES, type LocalLine } from './local-lines.ts';
import { isInstalled, LOCAL_TASKS, type LocalTask } from './local-tasks.ts';

const TASK = fileURLToPath(new URL('run-task.js', import.meta.url));
const ROUNDS = '3';
const KEPT = z.record(z.string(), FIGURES);

/**
 * `npm run bench -- local [--json] [--only PATTERN] [--no-peers] [--rounds N] [--cpu] [--keep FILE [--kept]]`: models in this process against llama.cpp,
 * transformers.js and lm_eval, on the same weights, texts and cores. Each task runs alone in a process, in rounds; of each the round
 * with the least CPU time counts. `--cpu`, for a machine that is busy, holds CPU time alone against the goals. `--keep` writes each task's
 * figures to a file as they come, and runs none again that it has; `--kept` runs no other either, so that parts become one table.
 * @returns exit code
 */
export async function benchLocal(args: readonly string[], tell: Tell): Promise<number> {
  const optionOf = (flag: string, otherwise: string): string =>
    args.includes(flag) ? (args[args.indexOf(flag) + 1] ?? otherwise) : otherwise;
  const only = new RegExp(optionOf('--only', ''));
  const rounds = Number(optionOf('--rounds', ROUNDS));
  const units = integerUnits();
  const terms: Terms = { cpuOnly: args.includes('--cpu'), hasUnits: units !== null && units.length > 0 };
  const tasks = LOCAL_TASKS.filter(
    ({ name, peer }) =>
      !args.includes('--kept') &&
      only.test(name) &&
      !(peer !== undefined && (args.includes('--no-peers') || !isInstalled(peer))),
  );
  const best = measure(tasks, rounds, optionOf('--keep', ''), terms);
  const machine = describeMachine();
  const listed = units === null ? 'not told by the system' : units.join(', ') || 'none';
  tell({ what: 'units of the processor for whole numbers', figure: listed, goal: '', reached: null });
  for (const line of LOCAL_LINES) {
    const row = lineOf(line, best, terms);
    if (row !== undefined) tell(speedLine(row, terms));
  }
  if (args.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ machine, units, rounds, tasks: Object.fromEntries(best) }, null, 2)}\n`);
    return 0;
  }
  process.stdout.write(
    `${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}\n`,
  );
  process.stdout.write(`units for whole numbers: ${listed}\n`);
  if (!isInstalled('llama.cpp'))
    process.stdout.write('llama.cpp: skipped, not installed (sh benchmarks/peers/setup-local.sh)\n');
  if (!isInstalled('lm_eval'))
    process.stdout.write('lm_eval: skipped, not installed (sh benchmarks/peers/setup-lm-eval.sh)\n');
  process.stdout.write(`best of ${rounds} rounds by CPU time\n\n${taskTable(best)}\n${lineTable(best, terms)}`);
  return 0;
}

/** Rounds over all tasks, not each task in a row: what else the machine does then spreads over them. */
function measure(tasks: readonly LocalTask[], rounds: number, file: string, { cpuOnly }: Terms): Map<string, Figures> {
  const kept = existsSync(file) ? KEPT.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const env = { ...process.env, BENCH_THREADS: cpuOnly ? '1' : '2' };
  const best = new Map<string, Figures>(Object.entries(kept));
  for (let round = 0; round < rounds; round++) {
    for (const { name, once = false } of tasks) {
      if ((once && round > 0) || Object.hasOwn(kept, name)) continue;
      const { status, stdout, stderr } = spawnSync(process.execPath, [TASK, name], { encoding: 'utf8', env });
      if (status !== 0) {
        // Its lines are missing from the table; the others are worth having.
        process.stderr.write(`${name}: not measured: ${/^.*Error: .*$/m.exec(stderr)?.[0] ?? stderr.trim()}\n`);
        continue;
      }
      const figures = FIGURES.parse(JSON.parse(stdout));
      process.stderr.write(`${name}: ${(figures.units / figures.cpuS).toFixed(1)} a CPU s\n`);
      const before = best.get(name);
      if (before === undefined || figures.cpuS < before.cpuS) best.set(name, figures);
      if (file !== '') writeFileSync(file, JSON.stringify(Object.fromEntries(best), null, 2));
    }
  }
  return best;
}

function taskTable(best: ReadonlyMap<string, Figures>): string {
  const rows = [...best].map(([name, { units, wallS, cpuS, loadS, peakMiB }]) => [
    name,
    (units / wallS).toFixed(1),
    (units / cpuS).toFixed(1),
    loadS.toFixed(2),
    peakMiB.toFixed(0),
  ]);
  return table(['task', 'a wall s', 'a CPU s', 'load s', 'peak MiB'], rows);
}

/** What the figures are held against. */
interface Terms {
  /** The clock means nothing: the machine is busy. */
  readonly cpuOnly: boolean;
  /** Whether the processor multiplies whole numbers in units of their own. */
  readonly hasUnits: boolean;
}

function lineTable(best: ReadonlyMap<string, Figures>, terms: Terms): string {
  return table(
    ['aim', 'wall', 'CPU', 'goal'],
    LOCAL_LINES.map((line) => lineOf(line, best, terms)).filter((row) => row !== undefined),
  );
}

function lineOf(
  line: LocalLine,
  best: ReadonlyMap<string, Figures>,
  { cpuOnly, hasUnits }: Terms,
): readonly string[] | undefined {
  const found = (names: readonly string[]): Figures[] => names.flatMap((name) => best.get(name) ?? []);
  const ours = found(line.ours);
  if (line.kind === 'at most') {
    const [figures] = ours;
    if (figures === undefined) return undefined;
    if (cpuOnly && line.byClock === true) return undefined;
    const theirs = line.peer === undefined ? undefined : best.get(line.peer.task);
    if (line.peer !== undefined && theirs === undefined) return undefined;
    const value = line.of(figures) / (theirs === undefined ? 1 : line.of(theirs));
    const what = line.peer === undefined ? line.what : `${line.what} / ${line.peer.name}`;
    return [what, `${shownFigure(value)} ${line.unit}`, '', `at most ${line.goal}${mark(value <= line.goal)}`];
  }
  const theirs = found(line.theirs);
  if (ours.length === 0 || theirs.length === 0) return undefined;
  const ratio = (rate: (figures: Figures) => number): number =>
    Math.max(...ours.map(rate)) / Math.max(...theirs.map(rate));
  const wall = ratio(({ units, wallS }) => units / wallS);
  const cpu = ratio(({ units, cpuS }) => units / cpuS);
  const goal = hasUnits ? line.goal : (line.goalWithoutUnits ?? line.goal);
  const reached = mark((cpuOnly || wall >= (line.wallGoal ?? goal)) && cpu >= goal);
  return [`${line.what} / ${line.peer}`, `${wall.toFixed(2)}×`, `${cpu.toFixed(2)}×`, `${goal}×${reached}`];
}

const speedLine = ([what = '', wall = '', cpu, goal = '']: readonly string[], { cpuOnly }: Terms): SpeedLine => ({
  what,
  figure: cpu === '' ? wall : cpuOnly ? `${cpu} by CPU time` : `${cpu} (${wall} by the clock)`,
  goal: goal.replace(MISSED, ''),
  reached: !goal.endsWith(MISSED),
});

/** Three digits, without a power of ten. */
const shownFigure = (value: number): string => (value < 1000 ? value.toPrecision(3) : value.toFixed(0));

const MISSED = '  missed';
const mark = (reached: boolean): string => (reached ? '' : MISSED);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]!.length)));
  const show = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('   ')
      .trimEnd();
  return `${[head, ...rows].map(show).join('\n')}\n`;
}
