// What `assay` adds to a consumer who joins their own code into one file, as rolldown makes it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const ENTRY = `import { defineModel, evaluate, qaAccuracy } from 'assay';
export const run = () => evaluate({
  data: [{ question: 'Capital of Canada?', answer: 'Ottawa' }],
  keys: { modelInput: 'question', targetOutput: 'answer' },
  models: [defineModel({ id: 'mine', generate: () => 'Ottawa' })],
  algorithms: [qaAccuracy()],
});
`;

/**
 * Bytes of a minified bundle of an evaluation: what is loaded at its start, and with all that is loaded when needed.
 * @param {string} folder where assay is installed
 */
export async function bundleSize(folder) {
  const input = join(folder, 'consumer.mjs');
  writeFileSync(input, ENTRY);
  // What is optional, and not installed, stays an import.
  const optional = /^(@assay\/runner-|@opentelemetry\/|@duckdb\/|@napi-rs\/)/;
  const build = await rolldown({ input, cwd: folder, platform: 'node', external: optional, logLevel: 'silent' });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const first = new Set();
  const follow = (name) => {
    if (first.has(name) || !chunks.has(name)) return;
    first.add(name);
    chunks.get(name).imports.forEach(follow);
  };
  follow(output[0].fileName);
  const bytes = (names) => [...names].reduce((sum, name) => sum + Buffer.byteLength(chunks.get(name).code), 0);
  const packed = [...first].reduce((sum, name) => sum + gzipSync(chunks.get(name).code).length, 0);
  return { first: bytes(first), firstGzip: packed, all: bytes(chunks.keys()) };
}
