import { STAGES, type Stage, type Timing } from 'assay/internal';
import { printable } from './terminal.ts';

const CAUSES: Readonly<Record<Stage, string>> = {
  loading: 'loading the model',
  reading: 'reading the data',
  model: 'waiting for the model',
  helpers: 'waiting for helper models',
  disk: 'waiting for the disk',
  scoring: 'scoring',
  own: 'preparing prompts and bookkeeping',
};

/** Shorter runs are not slow. */
const WORTH_A_LINE_MS = 1_000;
/** Lesser causes are named from this share on. */
const WORTH_NAMING = 0.05;

/** `slowed by waiting for the model: 9.8 s of 10.4 s (second 7.1 s); scoring 0.5 s`, or undefined for a short run. */
export function slowLine({ spentMs = {} }: Pick<Timing, 'spentMs'>): string | undefined {
  const models = Object.entries(spentMs);
  const causes = STAGES.map((stage) => ({ stage, ms: models.reduce((sum, [, spent]) => sum + spent[stage], 0) }));
  const totalMs = causes.reduce((sum, { ms }) => sum + ms, 0);
  if (totalMs < WORTH_A_LINE_MS) return undefined;
  const [first, ...others] = causes.sort((a, b) => b.ms - a.ms);
  const [name, most] = models.toSorted(([, a], [, b]) => b[first!.stage] - a[first!.stage])[0]!;
  const where = models.length === 1 ? '' : ` (${printable(name)} ${seconds(most[first!.stage])})`;
  const rest = others
    .filter(({ ms }) => ms >= WORTH_NAMING * totalMs)
    .map(({ stage, ms }) => `; ${CAUSES[stage]} ${seconds(ms)}`);
  return `slowed by ${CAUSES[first!.stage]}: ${seconds(first!.ms)} of ${seconds(totalMs)}${where}${rest.join('')}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
