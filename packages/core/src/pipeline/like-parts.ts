import { resolve } from 'node:path';
import { pinOf } from '../datasets/dataset-file.ts';
import type { RunPlan } from '../engine/run-plan.ts';
import { AssayError } from '../errors/assay-error.ts';
import { readManifestIfAny } from '../results/manifest.ts';
import type { RunPart } from '../results/run-shard.ts';
import type { Manifest } from '../results/summary.ts';

/** The parts that are of one plan. */
export interface LikeParts {
  readonly parts: readonly RunPart[];
  /** The plan's, with the helper models in their signatures that the parts were scored with. */
  readonly algorithms: RunPlan['algorithms'];
}

/**
 * Those of some parts that are of this plan. All of them are of the data as it is here, and of the same helper models,
 * which are not asked for: they need not be here.
 * @param path where they are to be merged to @throws AssayError RUN_NOT_RESUMABLE
 */
export async function likeParts(plan: RunPlan, parts: readonly RunPart[], path: string): Promise<LikeParts> {
  const like: RunPart[] = [];
  let first: { readonly path: string; readonly signatures: readonly string[] } | undefined;
  for (const part of parts) {
    const { folder } = part;
    const manifest = await readManifestIfAny(folder);
    if (manifest === undefined || manifest.configDigest !== plan.digest) continue;
    if (resolve(folder.path) === resolve(path))
      throw notAlike(
        `${path} is one of the runs that are to be merged`,
        'Name another folder for what they are together.',
      );
    checkSameData(manifest, plan, folder.path);
    const signatures = manifest.algorithms.map(({ signature }) => signature);
    first ??= { path: folder.path, signatures };
    const at = signatures.findIndex((signature, at) => signature !== first?.signatures[at]);
    if (at >= 0)
      throw notAlike(
        `${first.path} and ${folder.path} were scored with different helper models: ${first.signatures[at]} and ${signatures[at]}`,
        'Run one of them again, with the helper model of the other.',
      );
    like.push(part);
  }
  const pinned = first?.signatures;
  const algorithms = plan.algorithms.map((algorithm, at) => ({
    ...algorithm,
    signature: pinned?.[at] ?? algorithm.signature,
    helpers: [],
  }));
  return { parts: like, algorithms };
}

function checkSameData({ dataset }: Manifest, plan: RunPlan, path: string): void {
  const here = plan.dataset.files;
  const at = here.findIndex((file, at) => dataset.files[at] === undefined || pinOf(dataset.files[at]) !== pinOf(file));
  if (at < 0 && dataset.files.length === here.length) return;
  const file = here[at] ?? dataset.files[here.length]!;
  throw notAlike(
    `${path} was run on other data: ${file.path} is not the same there and here`,
    'Put the data back as it was, or run the shards of the old data again.',
  );
}

function notAlike(message: string, hint: string): AssayError {
  return new AssayError('RUN_NOT_RESUMABLE', message, { hint });
}
