import { lookup } from 'node:dns/promises';
import { isAbsolute, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AssayError,
  hostKind,
  isInside,
  type PlannedDataset,
  realPath,
  resolveRunners,
  type ValidConfig,
} from '@assay/core';
import { configReach, ownFolders } from './config-reach.ts';
import type { Reach, ReachGrants, ReachSettings } from './reach.ts';

/** Whether a thing that needs leave has it. */
function isGranted({ kind, name, needs }: Reach, grants: ReachGrants): boolean {
  if (needs === null) return true;
  switch (kind) {
    case 'code':
      return grants.allowCode === true;
    case 'variable':
      return grants.allowEnv?.includes(name) === true;
    case 'host':
    case 'aws':
      return grants.allowHost?.includes(name) === true;
    case 'file':
      return isAllowedFile(needs.slice('--allow-file '.length), grants);
  }
}

function isAllowedFile(path: string, { allowFile = [] }: ReachGrants): boolean {
  return allowFile.some((folder) => isInside(realPath(path), realPath(resolve(folder))));
}

/**
 * Before any work: what a config reaches beyond its project and what its runners stand for needs leave, each by its name.
 * Names of hosts are looked up, for a public one may lead into a private network.
 * @throws AssayError CONFIG_NOT_ALLOWED, CONFIG_CODE_NOT_ALLOWED
 */
export async function requireReach(config: ValidConfig, settings: ReachSettings): Promise<void> {
  const models = resolveRunners(config, settings).filter(
    ({ name }) => settings.models === undefined || settings.models.includes(name),
  );
  const reached = configReach(config, models).filter(({ kind }) => settings.isOwn !== true || kind === 'code');
  const known = await Promise.all(reached.map(lookedUp));
  const refused = known.filter((reach) => !isGranted(reach, settings));
  const [first, ...others] = refused;
  if (first === undefined) return;
  const flags = [...new Set(refused.flatMap(({ needs }) => needs ?? []))].join(' ');
  const rest = others.length === 0 ? '' : `; and ${others.map(({ name }) => name).join(', ')}`;
  const code = first.kind === 'code' ? 'CONFIG_CODE_NOT_ALLOWED' : 'CONFIG_NOT_ALLOWED';
  throw new AssayError(code, `the config reaches what it was not given: ${first.name} ${first.use}${rest}`, {
    at: first.at,
    hint: `Look at the config; where you trust it with that, pass ${flags}`,
  });
}

/** Longest wait for a name: who cannot be looked up cannot be called either, and the runner says so. */
const LOOKUP_MS = 2000;

async function lookedUp(reach: Reach): Promise<Reach> {
  if (reach.kind !== 'host' || hostKind(reach.name) !== 'public') return reach;
  const none = sleep(LOOKUP_MS, [], { ref: false });
  const addresses = await Promise.race([lookup(reach.name, { all: true }).catch(() => []), none]);
  const inside = addresses.find(({ address }) => hostKind(address) !== 'public');
  if (inside === undefined) return reach;
  return { ...reach, use: `${reach.use} at ${inside.address}`, needs: `--allow-host ${reach.name}` };
}

/** Data files as they were found: a link in the config's folder may lead out of it. @throws AssayError CONFIG_NOT_ALLOWED */
export function requireOwnFiles(
  config: ValidConfig,
  { files }: Pick<PlannedDataset, 'files'>,
  settings: ReachSettings,
): void {
  if (settings.isOwn === true) return;
  const folders = ownFolders(config.baseDir);
  const locations = [config.config.dataset.input_data_location].flat();
  for (const { path } of files) {
    // What was fetched, and the sets that come along, lie in folders of assay.
    if (!isAbsolute(path) || !locations.some((location) => namesFile(location, path, config.baseDir))) continue;
    const real = realPath(path);
    if (folders.some((folder) => isInside(real, folder)) || isAllowedFile(real, settings)) continue;
    throw new AssayError(
      'CONFIG_NOT_ALLOWED',
      `the config reaches what it was not given: ${path} is a link to ${real}, and would be read as data`,
      {
        at: config.placeOf(['dataset', 'input_data_location']),
        hint: `Look at the link; where you trust the config with that, pass --allow-file ${real}`,
      },
    );
  }
}

/** Whether a data file lies where a location of the config is, before links are followed. */
function namesFile(location: string, path: string, baseDir: string): boolean {
  const fixed = location.replace(/^file:\/\//, '').replace(/[*?{[(!].*$/, '');
  return [resolve(baseDir, fixed), resolve(fixed)].some((folder) => path === folder || path.startsWith(folder));
}
