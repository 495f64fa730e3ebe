import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { damageText, type RunDamage } from '../results/run-damage.ts';
import type { RunView } from '../results/summary.ts';
import { storageIn } from '../storage/node-storage.ts';
import { parseStored, type StoredShape, storedShape } from '../storage/read-json.ts';
import { writeJsonFile } from '../storage/write-file.ts';
import type { Selection } from './select-model.ts';

/** `best_model.json`: the model that was chosen of a run, for pipelines. */
export interface BestModel extends Selection {
  readonly run: string;
  readonly runner: string;
  /** What of the run was damaged when it was chosen by what was left. */
  readonly acceptedDamage?: string;
}

const bestModel: StoredShape<BestModel> = storedShape(() =>
  z.looseObject({
    run: z.string(),
    runner: z.string(),
    model: z.string().nullable(),
    score: z.string(),
    value: z.number().nullable(),
    tied: z.array(z.string()),
    ranks: z.array(z.custom<Selection['ranks'][number]>((rank) => typeof rank === 'object' && rank !== null)),
    reason: z.string(),
    acceptedDamage: z.string().exactOptional(),
  }),
);

export async function writeBestModel(
  file: string,
  { manifest, summary, damage }: Pick<RunView, 'manifest' | 'summary'> & { readonly damage?: RunDamage | undefined },
  selection: Selection,
): Promise<void> {
  const runner = summary.models.find(({ name }) => name === selection.model)?.runner ?? '';
  const accepted = damage === undefined ? {} : { acceptedDamage: damageText(damage) };
  await writeJsonFile(file, { run: manifest.run, runner, ...selection, ...accepted }, await storageIn(dirname(file)));
}

/** undefined where there is none. @throws AssayError RUN_DAMAGED */
export async function readBestModel(file: string): Promise<BestModel | undefined> {
  if (!existsSync(file)) return undefined;
  return parseStored(file, await readFile(file, 'utf8'), bestModel, 'RUN_DAMAGED');
}
