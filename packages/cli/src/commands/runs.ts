import { basename, relative } from 'node:path';
import { AssayError, findRun, isRunLocked, REGISTRY_FOLDER, type RunFolder, readRegistry } from 'assay/internal';
import { amountFlag, countFlag } from '../count-flag.ts';
import { fitted, shorten } from '../print/fit-text.ts';
import { scoreTable, stateLines } from '../print/score-table.ts';
import { printable, type Terminal, terminalOf } from '../print/terminal.ts';
import { removeRun } from '../runs/remove-run.ts';
import { RunCatalogue, type RunOverview } from '../runs/run-catalogue.ts';

interface ListFlags {
  readonly json?: true;
}

/** Newest first: when, what, how far, and the first score of each model. */
export async function listRuns(folder: string | undefined, { json }: ListFlags): Promise<number> {
  const runs = await new RunCatalogue(folder).list();
  if (json === true) {
    const listed = runs.map(({ name, folder: { path }, manifest, state, done, total }) => ({
      ...{ name, path, state, done, total },
      ...{ createdAt: manifest.createdAt, dataset: manifest.dataset.name },
      models: manifest.models.map((model) => model.name),
    }));
    process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
    return 0;
  }
  if (runs.length === 0) process.stderr.write('no runs here; start one with `assay run CONFIG`\n');
  const terminal = terminalOf(process.stdout, process.env, undefined);
  for (const run of runs) process.stdout.write(`${overview(run, terminal)}\n`);
  return 0;
}

/** Two lines: `20261129T081200Z-3f9c  finished 60/60  general-knowledge`, and the models with their first scores. */
function overview({ name, manifest, summary, state, done, total }: RunOverview, { columns }: Terminal): string {
  const head = `${printable(name)}  ${state} ${done}/${total}  `;
  const models = manifest.models.map((model) => {
    const first = summary?.scores.find((row) => row.model === model.name && row.category === null);
    const value = first?.value === null || first === undefined ? '' : ` ${first.score} ${first.value.toFixed(3)}`;
    return printable(`${model.name}${value}`);
  });
  const rest = Math.max(10, columns - head.length);
  return `${head}${shorten(printable(manifest.dataset.name), rest)}\n  ${shorten(models.join(', '), columns - 2)}`;
}

/** One run: what it was, its scores, how its samples ended. */
export async function showRun(name: string, { json }: ListFlags): Promise<number> {
  const folder = findRun(name);
  const [run] = await new RunCatalogue(folder.path).list();
  if (run === undefined) throw new AssayError('RUN_DAMAGED', `the manifest of ${name} cannot be read`);
  const { manifest, summary, state, done, total } = run;
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ manifest, summary, state, done, total }, null, 2)}\n`);
    return 0;
  }
  const terminal = terminalOf(process.stdout, process.env, undefined);
  const lines: readonly (readonly [string, string])[] = [
    ['run', manifest.run],
    ['folder', relative(process.cwd(), folder.path) || '.'],
    ['state', `${state}, ${done} of ${total} samples`],
    ['started', manifest.createdAt],
    ['config', manifest.configFile],
    ['command', manifest.command.join(' ')],
    ['dataset', `${manifest.dataset.name}, ${manifest.dataset.samples} samples, seed ${manifest.seed}`],
    ...manifest.models.map((model) => ['model', `${model.name}   ${model.runner}`] as const),
  ];
  for (const [key, value] of lines)
    process.stdout.write(`${fitted(key, 10)}${shorten(printable(value), terminal.columns - 10)}\n`);
  if (summary === null) return 0;
  process.stdout.write(`${scoreTable(summary, terminal)}\n\n${stateLines(summary)}\n`);
  return 0;
}

/** Removes runs. @throws AssayError RUN_NOT_FOUND, RUN_LOCKED for one that goes on */
export async function removeRuns(names: readonly string[]): Promise<number> {
  const folders = names.map((name) => findRun(name));
  for (const folder of folders) {
    if (await isRunLocked(folder.path))
      throw new AssayError('RUN_LOCKED', `${folder.path} is running`, { hint: 'Wait for its end, or stop it first.' });
  }
  for (const folder of folders) told(folder, await removeRun(folder));
  return 0;
}

export interface PruneRunsFlags {
  readonly keep?: string;
  readonly olderThan?: string;
  readonly dryRun?: true;
}

/** Removes older runs of this project: never one that goes on, nor one that a registered version names. */
export async function pruneRuns({ keep, olderThan, dryRun }: PruneRunsFlags): Promise<number> {
  if (keep === undefined && olderThan === undefined)
    throw new AssayError('USAGE', 'say what goes: --keep N or --older-than DAYS');
  const newest = keep === undefined ? 0 : countFlag('--keep', keep, 0);
  const before =
    olderThan === undefined
      ? Number.POSITIVE_INFINITY
      : Date.now() - amountFlag('--older-than', olderThan, 'days') * 86_400_000;
  const registered = new Set([...(await readRegistry(REGISTRY_FOLDER)).values()].flat().map(({ run }) => run));
  let gone = 0;
  for (const [place, { folder, manifest, state }] of (await new RunCatalogue(undefined).list()).entries()) {
    if (place < newest || Date.parse(manifest.createdAt) >= before || state === 'running') continue;
    if (registered.has(manifest.run)) {
      process.stdout.write(`kept     ${printable(basename(folder.path))}   a registered version names it\n`);
      continue;
    }
    gone++;
    if (dryRun === true) process.stdout.write(`would go ${printable(basename(folder.path))}\n`);
    else told(folder, await removeRun(folder));
  }
  if (gone === 0) process.stdout.write('nothing to remove\n');
  return 0;
}

function told({ path }: RunFolder, isLeft: boolean): void {
  const left = isLeft ? '   (other files in it stay)' : '';
  process.stdout.write(`removed  ${printable(relative(process.cwd(), path) || '.')}${left}\n`);
}
