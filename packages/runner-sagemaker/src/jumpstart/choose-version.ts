import { AssayError } from '@assay/core';
import { comparePep440, highestVersion, parsePep440 } from './pep440.ts';

/** One line of `models_manifest.json` or `proprietary-sdk-manifest.json`. */
export interface ManifestEntry {
  readonly model_id: string;
  readonly version: string;
  readonly min_version: string;
  readonly spec_key: string;
}

/** The release of AWS's Python SDK whose choice of versions is followed: models that want a later one are skipped. */
export const EMULATED_SDK = '2.257.7';

/**
 * The version of a model that AWS's SDK takes for a request (`*`, `3.*`, `3.0.0`) among those that its release can use.
 * @returns undefined where the manifest does not know the model
 * @throws AssayError MODEL_NOT_FOUND for a version that is not there or that only a newer SDK may use
 */
export function chooseVersion(
  manifest: readonly ManifestEntry[],
  modelId: string,
  request: string,
  { isProprietary, sdk = EMULATED_SDK }: { readonly isProprietary: boolean; readonly sdk?: string },
): ManifestEntry | undefined {
  const entries = manifest.filter((entry) => entry.model_id === modelId);
  if (entries.length === 0) return undefined;
  const choose = isProprietary ? chooseProprietary : chooseOpen;
  const usable = entries.filter(({ min_version: least }) => isAtMost(least, sdk));
  const chosen = choose(usable, request);
  if (chosen !== undefined) return chosen;
  const newer = choose(entries, request);
  if (newer !== undefined)
    throw new AssayError(
      'MODEL_NOT_FOUND',
      `${modelId} ${newer.version} is for AWS’s SDK ${newer.min_version} and later; assay reads documents as ${sdk} does`,
      { hint: `take another model_version: ${versionsOf(usable)}` },
    );
  throw new AssayError('MODEL_NOT_FOUND', `JumpStart’s ${modelId} has no version ${request}`, {
    hint: `its versions: ${versionsOf(entries)}`,
  });
}

const versionsOf = (entries: readonly ManifestEntry[]): string =>
  entries.length === 0
    ? 'none'
    : entries
        .slice(-10)
        .map(({ version }) => version)
        .join(', ');

function isAtMost(least: string, sdk: string): boolean {
  const [wanted, have] = [parsePep440(least), parsePep440(sdk)];
  return wanted === undefined || have === undefined || comparePep440(wanted, have) <= 0;
}

function chooseOpen(entries: readonly ManifestEntry[], request: string): ManifestEntry | undefined {
  const take = (versions: readonly string[], pick = highestVersion): ManifestEntry | undefined => {
    const version = pick(versions);
    return entries.find((entry) => entry.version === version);
  };
  const all = entries.map(({ version }) => version);
  if (request === '*') return take(all);
  // A prefix of the text: `1.1*` allows 1.10.0.
  if (request.endsWith('*')) return take(all.filter((version) => version.startsWith(request.slice(0, -1))));
  const wanted = parsePep440(request);
  if (wanted === undefined)
    throw new AssayError('MODEL_NOT_FOUND', `"${request}" is no version`, { hint: 'write *, 3.* or 3.0.0' });
  const equal = all.filter((version) => {
    const parsed = parsePep440(version);
    return parsed !== undefined && comparePep440(parsed, wanted) === 0;
  });
  return take(equal, (versions) => [...versions].sort().at(-1));
}

function chooseProprietary(entries: readonly ManifestEntry[], request: string): ManifestEntry | undefined {
  if (request === '*') {
    const versions = entries.map(({ version }) => version);
    const parsable = versions.every((version) => parsePep440(version) !== undefined);
    const highest = parsable ? highestVersion(versions) : highestParsable(versions);
    return entries.find(({ version }) => version === highest);
  }
  if (request.includes('*')) {
    const highest = chooseProprietary(entries, '*')?.version;
    throw new AssayError('MODEL_NOT_FOUND', `a Marketplace model takes no version with a star but * itself`, {
      hint: highest === undefined ? 'name one of its versions' : `write model_version: ${highest}`,
    });
  }
  return entries.find(({ version }) => version === request);
}

const highestParsable = (versions: readonly string[]): string | undefined =>
  highestVersion(versions.filter((version) => parsePep440(version) !== undefined)) ?? [...versions].sort().at(-1);

/**
 * The version of a hub's content for a request: the newest for `*`; otherwise, as AWS's SDK has it, of those that
 * `==request` allows the one whose text is greatest (1.0.9 before 1.0.10). @throws AssayError MODEL_NOT_FOUND
 */
export function chooseHubVersion(available: readonly string[], request: string): string {
  const found =
    request === '*'
      ? highestVersion(available)
      : available
          .filter((version) => allows(request, version))
          .sort()
          .at(-1);
  if (found === undefined)
    throw new AssayError('MODEL_NOT_FOUND', `the hub has no version ${request}`, {
      hint: `its versions: ${available.slice(-10).join(', ') || 'none'}`,
    });
  return found;
}

function allows(request: string, version: string): boolean {
  const isPrefix = request.endsWith('.*');
  const wanted = parsePep440(isPrefix ? request.slice(0, -2) : request);
  const parsed = parsePep440(version);
  if (wanted === undefined || parsed === undefined) return request === version;
  if (!isPrefix) return comparePep440(parsed, wanted) === 0;
  return parsed.epoch === wanted.epoch && wanted.release.every((part, i) => (parsed.release[i] ?? 0) === part);
}
