// The packages that are published, and their version.
import { readdirSync, readFileSync } from 'node:fs';

/** Manifests of the packages, by folder. */
export function manifests() {
  return readdirSync('packages').map((name) => JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')));
}

/** The one version that all packages have. @throws Error where they differ */
export function versionInStep() {
  const versions = new Map(manifests().map(({ name, version }) => [name, version]));
  const [version, ...others] = new Set(versions.values());
  if (others.length > 0)
    throw new Error(`versions differ: ${[...versions].map(([name, each]) => `${name} ${each}`).join(', ')}`);
  return version;
}
