import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Figures, measure } from './figures.ts';

/** Graphs and weights of a folder. */
const filesOf = (folder: string): string[] =>
  readdirSync(join(folder, 'onnx')).map((name) => join(folder, 'onnx', name));

export function megabytesOf(folder: string): number {
  return filesOf(folder).reduce((bytes, file) => bytes + statSync(file).size, 0) / 1e6;
}

/** Reads a model's weights past the system's memory of files. Waiting for the disk is its cost, so that CPU time is the clock's here. */
export async function readFromDisk(folder: string): Promise<Figures> {
  const figures = await measure(async () => {
    for (const file of filesOf(folder))
      execFileSync('dd', [`if=${file}`, 'of=/dev/null', 'bs=4M', 'iflag=direct'], { stdio: 'ignore' });
    return megabytesOf(folder);
  });
  return { ...figures, cpuS: figures.wallS };
}
