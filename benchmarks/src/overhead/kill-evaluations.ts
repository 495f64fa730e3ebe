import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGenerator } from '@assay/metrics';

/**
 * Kills whoever holds the lock of a shard of which something is on disk, one after another, by a seeded choice.
 * @param folder of the evaluations of a local pipeline @returns how many were killed
 */
export async function killEvaluations(folder: string, kills: number, isOver: () => boolean): Promise<number> {
  const random = createGenerator('killed evaluations');
  const dead = new Set<number>();
  while (dead.size < kills && !isOver()) {
    await sleep(200 + random.integers(800));
    const running: number[] = [];
    for (const step of await readdir(folder).catch((): string[] => [])) {
      for (const shard of await readdir(join(folder, step)).catch((): string[] => [])) {
        const names = await readdir(join(folder, step, shard)).catch((): string[] => []);
        const holder = names.find((name) => /^lock\.\d+/.test(name))?.split('.')[1];
        const pid = Number(holder);
        if (holder !== undefined && names.includes('journal.jsonl') && !dead.has(pid)) running.push(pid);
      }
    }
    if (running.length === 0) continue;
    const victim = running[random.integers(running.length)]!;
    try {
      process.kill(victim, 'SIGKILL');
      dead.add(victim);
    } catch {
      // It ended by itself in the meantime.
    }
  }
  return dead.size;
}
