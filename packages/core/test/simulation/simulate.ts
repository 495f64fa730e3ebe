import { readCheckpoint } from '../../src/journal/checkpoint.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { type Fault, withFault } from './planted-faults.ts';
import { checkRestored, FOLDER, type Promises, restored, runLife } from './run-life.ts';
import { type Life, SimulatedWorld } from './simulated-world.ts';

/** Processes of one story that begin. */
const LIVES = 6;

/**
 * One story by its seed: processes on two hosts begin on one run folder, meet, are killed, lose power, find their disk
 * full and their clock set. @returns which promise was broken; undefined where none was
 */
export async function simulate(seed: number, fault?: Fault): Promise<string | undefined> {
  const world = new SimulatedWorld(seed);
  const promises: Promises = {
    counted: new Set(),
    countedRanges: new Set(),
    withParts: seed % 2 === 0,
    holders: new Set(),
    broken: [],
  };
  const storageOf = (life: Life): Storage => {
    const storage = world.storageOf(life);
    return fault === undefined ? storage : withFault(fault, storage, world);
  };
  world.failures = world.random() < 0.3 ? 0.02 : 0;
  for (let begun = 0; promises.broken.length === 0; ) {
    const living = world.lives.filter(({ isAlive }) => isAlive);
    if (begun < LIVES && (living.length === 0 || (living.length < 3 && world.random() < 0.03))) {
      begun += 1;
      const life = world.begin(world.random() < 0.7 ? 'a' : 'b');
      void runLife(life, storageOf(life), world, promises).then(() => world.kill(life));
    }
    if (world.random() < 0.01) world.wallOffset += (world.random() - 0.7) * 3_600_000;
    if (!(await world.step()) && begun === LIVES) break;
    const fate = world.random();
    if (fate < 0.004) {
      world.losePower();
      await checkWhole(world, promises);
    } else if (fate < 0.012 && living.length > 0) world.kill(living[world.below(living.length)]!);
  }
  await checkEnd(world, promises);
  return promises.broken[0];
}

/** Files that take their place by rename are whole after a power cut, old or new. */
async function checkWhole(world: SimulatedWorld, { broken }: Promises): Promise<void> {
  await inTheEnd(world, async (storage) => {
    if ((await storage.exists(FOLDER.checkpoint)) && (await readCheckpoint(FOLDER.checkpoint, storage)) === undefined)
      broken.push('the checkpoint is torn');
    const summary = await storage.readText(FOLDER.summary).catch(() => undefined);
    if (summary !== undefined && !summary.endsWith('}\n')) broken.push('the summary is torn');
  });
}

/** The run is as its promises say, with its checkpoint and without. */
async function checkEnd(world: SimulatedWorld, promises: Promises): Promise<void> {
  if (promises.broken.length > 0) return;
  await inTheEnd(world, async (storage) => {
    const { own } = await restored(storage);
    checkRestored(own, promises);
    const { own: without } = await restored(storage, { ...FOLDER, checkpoint: '/run/none' });
    if (JSON.stringify(own.accumulator) !== JSON.stringify(without.accumulator))
      promises.broken.push('the checkpoint adds up to something else than the journal');
  });
}

/** Looks at the disk with nobody else about. */
async function inTheEnd(world: SimulatedWorld, look: (storage: Storage) => Promise<void>): Promise<void> {
  const life = world.begin('c');
  let isDone = false;
  const done = look(world.storageOf(life)).finally(() => {
    isDone = true;
  });
  while (!isDone) await world.step();
  await done;
  world.kill(life);
}
