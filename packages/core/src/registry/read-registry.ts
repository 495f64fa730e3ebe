import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../errors/assay-error.ts';
import { sharedStorage } from '../storage/node-storage.ts';
import { parseStored } from '../storage/read-json.ts';
import { writeJsonFile } from '../storage/write-file.ts';
import type { Approval } from './approval.ts';
import { isGroupName } from './group-name.ts';
import { type RegisteredModel, registeredModel } from './registered-model.ts';
import { type Actor, addToHistory, type RegistryEvent, readHistory } from './version-history.ts';

/** Where models of a project are registered: a folder for each group, a file for each version. */
export const REGISTRY_FOLDER = join('.assay', 'registry');

const VERSION_FILE = /^\d+\.json$/;

/** Versions of a group, oldest first; none where there is no such group. @throws AssayError REGISTRY_DAMAGED */
export async function readGroup(registry: string, group: string): Promise<RegisteredModel[]> {
  if (!isGroupName(group)) return [];
  const names = (await namesIn(join(registry, group))).filter((name) => VERSION_FILE.test(name));
  const read = names.map(async (name) => {
    const file = join(registry, group, name);
    return parseStored(file, await readFile(file, 'utf8'), registeredModel, 'REGISTRY_DAMAGED');
  });
  const history = await readHistory(registry, group);
  return (await Promise.all(read)).sort((a, b) => a.version - b.version).map((entry) => asDecided(entry, history));
}

/** A version with what happened to it: the last decision that was written down is the one that holds. */
function asDecided(entry: RegisteredModel, all: readonly RegistryEvent[]): RegisteredModel {
  const history = all.filter(({ version }) => version === entry.version);
  if (history.length === 0) return entry;
  const last = history.findLast(({ what }) => what !== 'registered');
  if (last === undefined) return { ...entry, history };
  const { approvalDescription: _, ...rest } = entry;
  return {
    ...rest,
    approval: last.what as Approval,
    ...(last.why === undefined ? {} : { approvalDescription: last.why }),
    approvedBy: last.by,
    lastModifiedAt: last.at,
    history,
  };
}

/** Every group by name, with its versions. */
export async function readRegistry(registry: string): Promise<Map<string, RegisteredModel[]>> {
  const groups = new Map<string, RegisteredModel[]>();
  for (const group of (await namesIn(registry)).sort()) {
    const versions = await readGroup(registry, group);
    if (versions.length > 0) groups.set(group, versions);
  }
  return groups;
}

/**
 * One version of a group.
 * @param version a number; `latest`; or `approved`, the latest that is
 * @throws AssayError REGISTRY_NOT_FOUND
 */
export async function findRegistered(
  registry: string,
  group: string,
  version: number | 'latest' | 'approved',
): Promise<RegisteredModel> {
  const versions = await readGroup(registry, group);
  if (versions.length === 0) {
    const known = [...(await readRegistry(registry)).keys()];
    throw new AssayError('REGISTRY_NOT_FOUND', `no group "${group}" in ${registry}`, {
      hint:
        known.length === 0
          ? 'Register a model with `assay select RUN --register GROUP`.'
          : `It has: ${known.join(', ')}.`,
    });
  }
  const found = versions.findLast((each) =>
    version === 'latest' ? true : version === 'approved' ? each.approval === 'Approved' : each.version === version,
  );
  if (found !== undefined) return found;
  const what = version === 'approved' ? 'approved version' : `version ${version}`;
  const known = versions.map((each) => `${each.version} (${each.approval})`).join(', ');
  throw new AssayError('REGISTRY_NOT_FOUND', `${group} has no ${what}`, { hint: `It has: ${known}.` });
}

/**
 * Approves a version, rejects it, or makes it pending again: a further line of its history. What was decided before stays there.
 * @throws AssayError REGISTRY_NOT_FOUND
 */
export async function setApproval(
  registry: string,
  { group, version }: Pick<RegisteredModel, 'group' | 'version'>,
  approval: Approval,
  { by, why }: Actor,
): Promise<RegisteredModel> {
  await findRegistered(registry, group, version);
  const at = new Date().toISOString();
  await addToHistory(registry, group, { version, what: approval, at, by, ...(why === undefined ? {} : { why }) });
  const { history: _, ...after } = await findRegistered(registry, group, version);
  // The version's own file follows, for whoever reads it alone.
  await writeJsonFile(join(registry, group, `${version}.json`), after, sharedStorage);
  return findRegistered(registry, group, version);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw cause;
  });
}
