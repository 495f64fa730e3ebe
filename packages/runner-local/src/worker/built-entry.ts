/**
 * The built JavaScript of an entry file of this package, e.g. `worker/causal-worker.js`. Threads and processes run plain
 * JavaScript, so from source (`src/`) too it is the one in `dist/`.
 */
export function builtEntry(file: string): URL {
  const here = new URL(`../${file}`, import.meta.url);
  return new URL(here.href.replace(`/src/${file}`, `/dist/${file}`));
}
