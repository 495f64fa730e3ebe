import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { openStored, type StoredShape, storedShape, validStored } from '../storage/read-json.ts';
import type { RunFolder } from '../storage/run-folder.ts';
import { checkFormat, formatOf } from './check-format.ts';
import { storedShard } from './run-shard.ts';
import type { Manifest } from './summary.ts';

/** The dataset as manifests and registered models name it. */
export const storedDataset: StoredShape<Manifest['dataset']> = storedShape(() =>
  z.looseObject({
    name: z.string(),
    files: z.array(z.looseObject({ path: z.string(), bytes: z.number(), sha256: z.string().nullable() })),
    samples: z.number(),
    order: z.array(z.number()).exactOptional(),
  }),
);

const manifest: StoredShape<Manifest> = storedShape(() => {
  const texts = z.array(z.string());
  const end = z.number().nullable();
  const score = z.looseObject({
    range: z.tuple([end, end]),
    better: z.union([z.literal(['higher', 'lower']), z.looseObject({ target: z.number() })]),
    kind: z.literal(['binary', 'bounded', 'real']),
    primary: z.literal(true).exactOptional(),
  });
  return z.looseObject({
    format: z.literal(1),
    run: z.string(),
    createdAt: z.string(),
    command: texts,
    configFile: z.string(),
    configFolder: z.string().exactOptional(),
    configText: z.string(),
    configDigest: z.string(),
    importedFrom: z.looseObject({ tool: z.string(), scores: z.record(z.string(), z.string()) }).exactOptional(),
    revisions: z.array(z.looseObject({ at: z.string(), command: texts, changed: texts })).exactOptional(),
    dataset: storedDataset(),
    models: z.array(
      z.looseObject({
        name: z.string(),
        runner: z.string(),
        revision: z.string().exactOptional(),
        done: z.literal(true).exactOptional(),
        notes: texts.exactOptional(),
      }),
    ),
    algorithms: z.array(
      z.looseObject({ name: z.string(), signature: z.string(), scores: z.record(z.string(), score).exactOptional() }),
    ),
    seed: z.number(),
    order: z
      .looseObject({
        seed: z.number(),
        rows: z.number(),
        sha256: z.string(),
        predictions: z.string().exactOptional(),
      })
      .exactOptional(),
    shard: storedShard().exactOptional(),
    versions: z.record(z.string(), z.string()),
    platform: z.string(),
    retried: z.literal(true).exactOptional(),
    journal: z
      .looseObject({ bytes: z.number(), crc32: z.number(), parts: z.literal(true).exactOptional() })
      .exactOptional(),
    commit: z.string().nullable(),
  });
});

export async function readManifestIfAny(folder: Pick<RunFolder, 'manifest'>): Promise<Manifest | undefined> {
  return existsSync(folder.manifest) ? readManifest(folder) : undefined;
}

/** @throws AssayError RUN_NOT_RESUMABLE for a run of another version of assay; RUN_DAMAGED */
export async function readManifest({ manifest: file }: Pick<RunFolder, 'manifest'>): Promise<Manifest> {
  const text = await readFile(file, 'utf8');
  const json = openStored(file, text, 'RUN_DAMAGED');
  checkFormat(file, formatOf(json));
  return validStored(file, json, manifest, 'RUN_DAMAGED');
}
