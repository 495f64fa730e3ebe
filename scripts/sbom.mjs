// The bill of materials of an install (CycloneDX, JSON): what npm installed, and what is joined into our own files.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} folder where tarballs are installed with npm
 * @param {string} file takes the document
 * @returns {number} how many components it lists
 */
export function writeSbom(folder, file) {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev'];
  const shell = process.platform === 'win32';
  const bom = JSON.parse(execFileSync('npm', args, { cwd: folder, shell, encoding: 'utf8', maxBuffer: 2 ** 26 }));
  for (const component of bom.components) forgetPlace(component);
  const known = new Set(bom.components.map(({ purl }) => purl));
  for (const component of [...bom.components]) {
    const joined = joinedInto(join(folder, 'node_modules', component.name));
    const own = bom.dependencies.find(({ ref }) => ref === component['bom-ref']);
    for (const each of joined) {
      const purl = `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`;
      own.dependsOn = [...new Set([...own.dependsOn, `${each.name}@${each.version}`])];
      if (known.has(purl)) continue;
      known.add(purl);
      const ref = `${each.name}@${each.version}`;
      const licenses = [{ license: { id: each.license } }];
      bom.components.push({ 'bom-ref': ref, type: 'library', name: each.name, version: each.version, purl, licenses });
      bom.dependencies.push({ ref, dependsOn: [] });
    }
  }
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
  return bom.components.length;
}

/** npm names where a tarball lay: a folder of this machine, which says nothing to anybody. */
function forgetPlace(component) {
  component.externalReferences = component.externalReferences?.filter(({ url }) => !url.startsWith('file:'));
}

/** The packages whose code is in the joined files of a package of ours: scripts/bundle.mjs lists them. */
function joinedInto(folder) {
  const dist = join(folder, 'dist');
  const files = existsSync(dist) ? readdirSync(dist).map((name) => join(dist, name, 'joined.json')) : [];
  return files.filter(existsSync).flatMap((path) => JSON.parse(readFileSync(path, 'utf8')));
}
