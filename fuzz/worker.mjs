// Runs the cases of one target from a number on, until told to stop. The number of the case under way stands in shared
// memory, so that a case that never ends is known by its number.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from './random.mjs';

const { name, seed, first, last, shared, folder, fixtures } = workerData;
const MOST_BUFFERS = 768 * 2 ** 20;
const current = new BigInt64Array(shared);
const target = await import(`./targets/${name}.mjs`);

// What a case leaves running must not end the thread unseen.
process.on('unhandledRejection', (reason) => tell(reason, Number(current[0])));

function tell(thrown, index) {
  parentPort.postMessage({ violation: thrown instanceof Error ? thrown.message : String(thrown), index });
}

async function run(make, index) {
  const place = join(folder, 'case');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  try {
    await target.check(await make(), place);
  } catch (thrown) {
    tell(thrown, index);
  }
  // The limit of the thread's heap does not count these.
  const { arrayBuffers } = process.memoryUsage();
  if (arrayBuffers > MOST_BUFFERS) tell(`${Math.round(arrayBuffers / 2 ** 20)} MiB of buffers`, index);
}

for (const [at, fixture] of fixtures.entries()) {
  current[0] = BigInt(-1 - at);
  await run(() => target.revive(fixture), -1 - at);
}
for (let index = first; index < last && current[1] === 0n; index++) {
  current[0] = BigInt(index);
  await run(() => target.make(new Random(seed, index)), index);
}
parentPort.postMessage({ done: true, next: Number(current[0]) + 1 });
