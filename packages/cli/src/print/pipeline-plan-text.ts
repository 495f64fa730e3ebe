import type { JobSizes } from 'assay/internal';
import { beside } from './fit-text.ts';
import { bold, printable, type Terminal } from './terminal.ts';

/** What nobody can say the price of before: how an endpoint of a model is paid for. */
export interface UnpricedEndpoint {
  readonly model: string;
  readonly text: string;
}

/** Jobs of one size that a line names. */
const NAMED = 3;

/** What the jobs of a pipeline run on: instance type, disk of each step, and why. */
export function pipelinePlanText(
  { instanceType, jobs, notes }: JobSizes,
  endpoints: readonly UnpricedEndpoint[],
  terminal: Terminal,
): string {
  const line = (label: string, text: string): string =>
    beside(`  ${label.padEnd(15)}`, printable(text), terminal.columns);
  return [
    bold('as a pipeline', terminal),
    line('instance type', instanceType),
    ...[...bySize(jobs)].map(([gb, names], i) => line(i === 0 ? 'disk' : '', `${gb} GB: ${list(names)}`)),
    ...notes.map((text, i) => line(i === 0 ? 'note' : '', text)),
    ...endpoints.map(({ model, text }) => line('endpoint', `${model}: ${text}`)),
  ].join('\n');
}

/** Names of jobs by their disk, the largest first. */
function bySize(jobs: JobSizes['jobs']): Map<number, string[]> {
  const names = new Map<number, string[]>();
  for (const { step, instances, diskGb } of [...jobs].sort((a, b) => b.diskGb - a.diskGb)) {
    const name = instances === 1 ? step : `${step} on each of ${instances} instances`;
    names.set(diskGb, [...(names.get(diskGb) ?? []), name]);
  }
  return names;
}

const list = (names: readonly string[]): string =>
  names.length <= NAMED + 1 ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
