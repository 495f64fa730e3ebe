import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../node_modules/.cache/assay-fast/', import.meta.url));

/**
 * A cache folder for the embedded model in whole numbers, which takes a CPU minute to make: one for each state of the sources
 * that make it, kept between runs of the tests, on any Node.
 */
export function sharedFastCache(): string {
  const hash = createHash('sha256');
  for (const room of ['convert', 'layouts']) {
    const files = readdirSync(join(PACKAGE, 'src', room), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort())
      hash.update(`${file}\0`).update(readFileSync(join(PACKAGE, 'src', room, file)));
  }
  const name = hash.digest('hex').slice(0, 16);
  for (const other of existsSync(SHARED) ? readdirSync(SHARED) : [])
    if (other !== name) rmSync(join(SHARED, other), { recursive: true, force: true });
  mkdirSync(join(SHARED, name), { recursive: true });
  return join(SHARED, name);
}
