import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { integerUnits } from '@assay/runner-local';
import { describeMachine } from '../../machine.ts';
import type { SpeedLine, Tell } from '../../speed-line.ts';
import type { Figures } from './figures.ts';
import { LOCAL_LINES, type LocalLine } from './local-lines.ts';
import { isInstalled, LOCAL_TASKS, type LocalTask } from './local-tasks.ts';

const TASK = fileURLToPath(new URL('run-task.js', import.meta.url));
const ROUNDS = 3;

/**
 * `npm run bench -- local [--json] [--only WORD] [--no-peers]`: models in this process against llama.cpp,
 * transformers.js and lm_eval, on the same weights, texts and cores. Each task runs alone in a process, in rounds; of each the round
 * with the least CPU time counts.
 * @returns exit code
 */
export async function benchLocal(args: readonly string[], tell: Tell): Promise<number> {
  const only = args.includes('--only') ? (args[args.indexOf('--only') + 1] ?? '') : '';
  const tasks = LOCAL_TASKS.filter(
    ({ name, peer }) =>
      name.includes(only) && !(peer !== undefined && (args.includes('--no-peers') || !isInstalled(peer))),
  );
  const best = measure(tasks);
  const machine = describeMachine();
  for (const line of LOCAL_LINES) {
    const row = lineOf(line, best);
    if (row !== undefined) tell(speedLine(row));
  }
  if (args.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ machine, rounds: ROUNDS, tasks: Object.fromEntries(best) }, null, 2)}\n`);
    return 0;
  }
  process.stdout.write(
    `${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}\n`,
  );
  const units = integerUnits();
  const listed = units === null ? 'not told by the system' : units.join(', ') || 'none';
  process.stdout.write(`units for whole numbers: ${listed}\n`);
  if (!isInstalled('llama.cpp'))
    process.stdout.write('llama.cpp: skipped, not installed (sh benchmarks/peers/setup-local.sh)\n');
  if (!isInstalled('lm_eval'))
    process.stdout.write('lm_eval: skipped, not installed (sh benchmarks/peers/setup-lm-eval.sh)\n');
  process.stdout.write(`best of ${ROUNDS} rounds by CPU time\n\n${taskTable(best)}\n${lineTable(best)}`);
  return 0;
}

/** Rounds over all tasks, not each task in a row: what else the machine does then spreads over them. */
function measure(tasks: readonly LocalTask[]): Map<string, Figures> {
  const best = new Map<string, Figures>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, once = false } of tasks) {
      if (once && round > 0) continue;
      const out = execFileSync(process.execPath, [TASK, name], { stdio: ['ignore', 'pipe', 'ignore'] });
      const figures = JSON.parse(out.toString()) as Figures;
      const before = best.get(name);
      if (before === undefined || figures.cpuS < before.cpuS) best.set(name, figures);
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

function lineTable(best: ReadonlyMap<string, Figures>): string {
  return table(
    ['aim', 'wall', 'CPU', 'goal'],
    LOCAL_LINES.map((line) => lineOf(line, best)).filter((row) => row !== undefined),
  );
}

function lineOf(line: LocalLine, best: ReadonlyMap<string, Figures>): readonly string[] | undefined {
  const found = (names: readonly string[]): Figures[] => names.flatMap((name) => best.get(name) ?? []);
  const ours = found(line.ours);
  if (line.kind === 'at most') {
    const [figures] = ours;
    if (figures === undefined) return undefined;
    const value = line.of(figures);
    return [line.what, `${value.toPrecision(3)} ${line.unit}`, '', `at most ${line.goal}${mark(value <= line.goal)}`];
  }
  const theirs = found(line.theirs);
  if (ours.length === 0 || theirs.length === 0) return undefined;
  const ratio = (rate: (figures: Figures) => number): number =>
    Math.max(...ours.map(rate)) / Math.max(...theirs.map(rate));
  const wall = ratio(({ units, wallS }) => units / wallS);
  const cpu = ratio(({ units, cpuS }) => units / cpuS);
  const reached = mark(wall >= line.goal && cpu >= line.goal);
  return [`${line.what} / ${line.peer}`, `${wall.toFixed(2)}×`, `${cpu.toFixed(2)}×`, `${line.goal}×${reached}`];
}

const speedLine = ([what = '', wall = '', cpu, goal = '']: readonly string[]): SpeedLine => ({
  what,
  figure: cpu === '' ? wall : `${wall} by the clock, ${cpu} by CPU time`,
  goal: goal.replace(MISSED, ''),
  reached: !goal.endsWith(MISSED),
});

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
