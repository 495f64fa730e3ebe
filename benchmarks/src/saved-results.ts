import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { z } from 'zod';
import { describeMachine } from './machine.ts';
import type { SpeedLine } from './speed-line.ts';

const FOLDER = new URL('../results/', import.meta.url);

/** What one benchmark printed last, and where. */
const SAVED_RESULTS = z.object({
  machine: z.object({ cpu: z.string(), cores: z.int(), system: z.string(), node: z.string(), commit: z.string() }),
  /** YYYY-MM-DD */
  day: z.iso.date(),
  /** Of the last minute, when it ended: one process a core is the benchmark itself. null where it was not noted. */
  load: z.number().nullable(),
  lines: z.array(z.object({ what: z.string(), figure: z.string(), goal: z.string(), reached: z.boolean().nullable() })),
});
type SavedResults = z.output<typeof SAVED_RESULTS>;

/** Keeps the lines of a benchmark as benchmarks/results/NAME.json. */
export async function writeSaved(name: string, lines: readonly SpeedLine[]): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const saved: SavedResults = {
    machine: describeMachine(),
    day: new Date().toISOString().slice(0, 10),
    load: Math.round(10 * loadavg()[0]!) / 10,
    lines: [...lines],
  };
  await writeFile(fileOf(name), `${JSON.stringify(saved, null, 2)}\n`);
}

/** Every saved line, benchmark by benchmark, misses first; or the misses alone, without what their figures are made of. Those that were never saved are named. */
export async function showSaved(names: readonly string[], onlyMissed: boolean): Promise<string> {
  const found = await Promise.all(names.map(async (name) => [name, await readSaved(name)] as const));
  const shown = found.filter(([, saved]) => !onlyMissed || (saved?.lines.some(isMissed) ?? false));
  const texts = shown.flatMap(([name, saved]) => (saved === undefined ? [] : [shownResults(name, saved, onlyMissed)]));
  const lines = found.flatMap(([, saved]) => saved?.lines ?? []);
  const reached = lines.filter((line) => line.reached === true).length;
  const judged = lines.filter((line) => line.reached !== null).length;
  const whole = found.filter((each) => each[1] !== undefined && !shown.includes(each)).map(([name]) => name);
  const withoutMiss = whole.length === 0 ? '' : `; no miss: ${whole.join(', ')}`;
  const never = found.filter(([, saved]) => saved === undefined).map(([name]) => name);
  return `${texts.join('\n')}\n${reached} of ${judged} goals reached${withoutMiss}${never.length === 0 ? '' : `; never saved: ${never.join(', ')}`}\n`;
}

function shownResults(name: string, { machine, day, load, lines }: SavedResults, onlyMissed: boolean): string {
  const where = `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${machine.commit}${load === null ? '' : `, load ${load}`}`;
  const order = [false, true, null];
  const shownLines = onlyMissed ? lines.filter(isMissed) : lines;
  const sorted = foldLines(shownLines).toSorted((a, b) => order.indexOf(a.reached) - order.indexOf(b.reached));
  const rows = sorted.map((line) => [
    ...(onlyMissed ? [] : [line.reached === null ? '' : line.reached ? 'reached' : 'missed']),
    line.what,
    onlyMissed ? line.figure.replace(/ \([^()]*\)$/, '') : line.figure,
    line.reached === null ? '' : `goal ${line.goal}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const shown = rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  return `${name}: ${day}, ${where}\n${shown.join('\n')}\n`;
}

type SavedLine = SavedResults['lines'][number];

const isMissed = ({ reached }: SavedLine): boolean => reached === false;

/** The same on other texts, against the same peer, as one line: `chrF, qa/sum` with a figure and a goal for each. */
export function foldLines(lines: readonly SavedLine[]): SavedLine[] {
  const folded = new Map<string, SavedLine[]>();
  for (const [at, line] of lines.entries()) {
    const base = TEXTS.test(line.what) ? baseOf(line.what) : at;
    const key = JSON.stringify([line.reached, base, peerOf(line.figure)]);
    folded.set(key, [...(folded.get(key) ?? []), line]);
  }
  return [...folded.values()].flatMap((group) => (group.length === 1 ? group : [joined(group)]));
}

const TEXTS = /, (qa|sum|long)$/;
const baseOf = (what: string): string => what.replace(TEXTS, '');
const peerOf = (figure: string): string => figure.replace(/^\S+ /, '');

function joined(group: readonly SavedLine[]): SavedLine {
  const [first] = group as [SavedLine];
  const figures = group.map(({ figure }) => figure.split(' ', 1)[0]).join(', ');
  return {
    what: `${baseOf(first.what)}, ${group.map(({ what }) => TEXTS.exec(what)![1]).join('/')}`,
    figure: `${figures} ${peerOf(first.figure)}`,
    goal: group.map(({ goal }) => goal).join(', '),
    reached: first.reached,
  };
}

async function readSaved(name: string): Promise<SavedResults | undefined> {
  try {
    return SAVED_RESULTS.parse(JSON.parse(await readFile(fileOf(name), 'utf8')));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

const fileOf = (name: string): URL => new URL(`${name}.json`, FOLDER);
