import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pinOf } from '../datasets/dataset-file.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { Manifest, Summary } from '../results/summary.ts';
import { sealJson } from '../storage/sealed-json.ts';
import { storageError } from '../storage/storage-error.ts';
import { isGroupName } from './group-name.ts';
import { readGroup } from './read-registry.ts';
import type { RegisteredModel } from './registered-model.ts';
import { type Actor, addToHistory } from './version-history.ts';

export interface RegisterLocallyOptions {
  /** Takes a folder for each group. */
  readonly registry: string;
  readonly group: string;
  readonly groupDescription?: string | undefined;
  readonly model: string;
  readonly manifest: Manifest;
  readonly summary: Summary;
  /** `algorithm.score` that the model was chosen by. */
  readonly decidingScore: string;
  /** What of the run was damaged when it was registered all the same. @default nothing */
  readonly acceptedDamage?: string | undefined;
  /** Who registers it, and why. */
  readonly actor: Actor;
  /** What the model was asked and generated with, where the config says it. */
  readonly asked?: Pick<RegisteredModel, 'prompt' | 'parameters'> | undefined;
}

/**
 * Registers a model in a folder as SageMaker does in a model package group: a further version, pending approval. The
 * same model of the same run is registered once, so that a step that is tried again adds nothing.
 * @throws AssayError CONFIG_INVALID for a group that SageMaker could not have, RUN_NOTHING_TO_REGISTER
 */
export async function registerLocally(options: RegisterLocallyOptions): Promise<RegisteredModel> {
  const { registry, group, groupDescription, model, summary } = options;
  requireEvidence(summary, model);
  if (!isGroupName(group)) {
    throw new AssayError('CONFIG_INVALID', `"${group}" is no name of a model package group`, {
      hint: 'Take letters, digits and hyphens between them, at most 63.',
    });
  }
  const folder = join(registry, group);
  try {
    await mkdir(folder, { recursive: true });
    const about = { name: group, description: groupDescription ?? null };
    await writeFile(join(folder, 'group.json'), sealJson(about));
    const known = await readGroup(registry, group);
    const same = known.find((other) => other.run === summary.run && other.model === model);
    if (same !== undefined) return same;
    const made = await writeNext(folder, (known.at(-1)?.version ?? 0) + 1, entryOf(options));
    const { version, registeredAt: at } = made;
    const { by, why } = options.actor;
    await addToHistory(registry, group, { version, what: 'registered', at, by, ...(why === undefined ? {} : { why }) });
    return made;
  } catch (cause) {
    throw storageError(cause, folder);
  }
}

/** A version is a claim: without a scored sample of a model that was finished there is none to make. */
function requireEvidence({ models, scores }: Summary, model: string): void {
  const failure = models.find(({ name }) => name === model)?.failure;
  const isScored = scores.some(
    (row) => row.model === model && row.category === null && row.n > 0 && row.value !== null,
  );
  if (isScored && failure === undefined) return;
  const why = failure === undefined ? 'it has no scored samples' : `it was not finished (${failure.code})`;
  throw new AssayError('RUN_NOTHING_TO_REGISTER', `${model} is not registered: ${why}`, {
    hint: 'Look at how its samples ended in the report, and run it again.',
  });
}

/** Another pipeline may register at the same time: a version that exists is never written over. */
async function writeNext(
  folder: string,
  first: number,
  entry: Omit<RegisteredModel, 'version'>,
): Promise<RegisteredModel> {
  for (let version = first; ; version++) {
    const registered: RegisteredModel = { ...entry, version };
    try {
      await writeFile(join(folder, `${version}.json`), sealJson(registered), { flag: 'wx' });
      return registered;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

function entryOf({
  group,
  model,
  manifest,
  summary,
  decidingScore,
  acceptedDamage,
  asked,
}: RegisterLocallyOptions): Omit<RegisteredModel, 'version'> {
  const scores = summary.scores.filter((row) => row.model === model && row.category === null);
  return {
    format: 1,
    group,
    model,
    runner: summary.models.find(({ name }) => name === model)?.runner ?? '',
    run: summary.run,
    configDigest: manifest.configDigest,
    runDigest: sha256({ ...summary, timing: undefined }),
    dataDigest: sha256(manifest.dataset.files.map(pinOf)),
    ...asked,
    dataset: manifest.dataset,
    decidingScore,
    scores: scores.map(({ algorithm, score, value, interval, n, signature }) => ({
      name: `${algorithm}.${score}`,
      value,
      interval,
      n,
      signature,
    })),
    ...(acceptedDamage === undefined ? {} : { acceptedDamage }),
    approval: 'PendingManualApproval',
    registeredAt: new Date().toISOString(),
  };
}

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
