import {
  type Approval,
  AssayError,
  actingUser,
  findRegistered,
  pinOf,
  REGISTRY_FOLDER,
  type RegisteredModel,
  readRegistry,
  setApproval,
} from 'assay/internal';
import { beside, fitted, shorten } from '../print/fit-text.ts';
import { printable, terminalOf } from '../print/terminal.ts';

interface RegistryFlags {
  readonly registry?: string;
}

export async function listRegistry(
  group: string | undefined,
  { registry = REGISTRY_FOLDER, json }: RegistryFlags & { readonly json?: true },
): Promise<number> {
  if (group !== undefined) await findRegistered(registry, group, 'latest');
  const groups = [...(await readRegistry(registry))].filter(([name]) => group === undefined || name === group);
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify(
        groups.flatMap(([, versions]) => versions),
        null,
        2,
      )}\n`,
    );
    return 0;
  }
  if (groups.length === 0) process.stderr.write(`no models are registered in ${printable(registry)}\n`);
  for (const [name, versions] of groups) {
    process.stdout.write(`${name}\n`);
    for (const each of versions) process.stdout.write(`${lineOf(each)}\n`);
  }
  return 0;
}

function lineOf(entry: RegisteredModel): string {
  const { version, model, approval, registeredAt, decidingScore } = entry;
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  const decided = approval === 'PendingManualApproval' ? 'pending' : approval.toLowerCase();
  const by = entry.approvedBy === undefined ? '' : ` by ${printable(entry.approvedBy)}`;
  const when = (entry.lastModifiedAt ?? registeredAt).slice(0, 10);
  const head = `${String(version).padStart(5)}  ${fitted(printable(model), Math.max(16, columns - 40))}  ${decided} ${when}`;
  return [head, `       ${shorten(`${figureOf(entry, decidingScore)}${by}`, columns - 7)}`].join('\n');
}

function figureOf({ scores }: RegisteredModel, name: string): string {
  const score = scores.find((each) => each.name === name);
  if (score === undefined || score.value === null) return printable(name);
  const range = score.interval === null ? '' : ` (${score.interval.map((end) => end.toFixed(3)).join(' … ')})`;
  return `${printable(name)} ${score.value.toFixed(3)}${range}`;
}

export async function showRegistered(
  group: string,
  version: string,
  { registry = REGISTRY_FOLDER, json }: RegistryFlags & { readonly json?: true },
): Promise<number> {
  const entry = await findRegistered(registry, group, version === 'approved' ? version : versionOf(version));
  if (json === true) {
    process.stdout.write(`${JSON.stringify(entry, null, 2)}\n`);
    return 0;
  }
  const lines: (readonly [string, string])[] = [
    ['group', entry.group],
    ['version', String(entry.version)],
    ['model', entry.model],
    ['runner', entry.runner],
    ['run', entry.run],
    ['config', entry.configDigest],
    ...(entry.runDigest === undefined ? [] : [['run digest', entry.runDigest] as const]),
    ...(entry.dataDigest === undefined ? [] : [['data digest', entry.dataDigest] as const]),
    ['dataset', `${entry.dataset.name}, ${entry.dataset.samples} samples`],
    ...entry.dataset.files.map((file) => ['file', `${file.path}  ${file.sha256 ?? pinOf(file)}`] as const),
    ...entry.scores.map(
      ({ name, n }) =>
        [name === entry.decidingScore ? 'chosen by' : 'score', `${figureOf(entry, name)}  n ${n}`] as const,
    ),
    ...(entry.acceptedDamage === undefined ? [] : [['damaged', entry.acceptedDamage] as const]),
    ...askedLines(entry),
    ['approval', entry.approval],
    ...historyLines(entry),
  ];
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  for (const [key, value] of lines) process.stdout.write(`${beside(key.padEnd(12), printable(value), columns)}\n`);
  return 0;
}

type Line = readonly [string, string];

/** What the model was asked and generated with, a line a key. */
function askedLines({ prompt = {}, parameters = {} }: RegisteredModel): Line[] {
  const told = (head: string, values: Readonly<Record<string, unknown>>): Line[] =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
      .map(([key, value]) => [head, `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`]);
  return [...told('prompt', prompt), ...told('parameter', parameters)];
}

/** `2026-11-29 08:12  Approved by Ann: read 40 answers`; of entries of earlier versions what they know. */
function historyLines({ history, registeredAt, approvalDescription, lastModifiedAt }: RegisteredModel): Line[] {
  if (history === undefined) {
    return [
      ...(approvalDescription === undefined ? [] : [['because', approvalDescription] as const]),
      ['registered', registeredAt],
      ...(lastModifiedAt === undefined ? [] : [['decided', lastModifiedAt] as const]),
    ];
  }
  return history.map(({ at, what, by, why }) => [
    'history',
    `${at.slice(0, 16).replace('T', ' ')}  ${what} by ${by}${why === undefined ? '' : `: ${why}`}`,
  ]);
}

export type ApprovalFlags = RegistryFlags & { readonly note?: string; readonly by?: string };

export function approve(group: string, version: string, flags: ApprovalFlags): Promise<number> {
  return decide(group, version, 'Approved', flags);
}

export function reject(group: string, version: string, flags: ApprovalFlags): Promise<number> {
  return decide(group, version, 'Rejected', flags);
}

async function decide(
  group: string,
  wanted: string,
  approval: Approval,
  { registry = REGISTRY_FOLDER, note, by }: ApprovalFlags,
): Promise<number> {
  const { version } = await findRegistered(registry, group, versionOf(wanted));
  const actor = { by: by ?? (await actingUser()), why: note };
  const { model } = await setApproval(registry, { group, version }, approval, actor);
  process.stdout.write(`${group} ${version} (${printable(model)}) is ${approval}, by ${printable(actor.by)}\n`);
  return 0;
}

function versionOf(text: string): number | 'latest' {
  if (text === 'latest') return text;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new AssayError('USAGE', `${JSON.stringify(text)} is no version`, { hint: 'Write a number from 1, or latest.' });
}
