// Declarations that a package's users can reach from its exports; the others only take up room: a block of the disk each.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;

/**
 * Removes the declarations of a packed package that none of its exports leads to.
 * @param {string} folder with package.json
 * @returns {number} how many went
 */
export function dropUnreachableTypes(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const reached = new Set();
  const next = Object.values(exports ?? {}).flatMap(({ types }) => (types === undefined ? [] : [join(folder, types)]));
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const imported = normalize(join(dirname(file), path.replace(/\.(?:js|ts)$/, '.d.ts')));
      if (!existsSync(imported)) throw new Error(`${file} imports ${path}, which is not packed`);
      next.push(imported);
    }
  }
  const unreached = readdirSync(folder, { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith('.d.ts') && !reached.has(path));
  for (const path of unreached) rmSync(path);
  return unreached.length;
}
