import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storageError } from '../../engine/journal.ts';
import { AssayError } from '../../errors/assay-error.ts';
import type { Manifest, Summary } from '../../results/summary.ts';
import type { Decision } from './select-step.ts';

/** One version of a group: what a SageMaker model package says, as a file. */
export interface RegisteredModel {
  readonly format: 1;
  readonly group: string;
  /** From 1. */
  readonly version: number;
  readonly model: string;
  /** The runner's id, with the digest of the weights where there is one. */
  readonly runner: string;
  readonly run: string;
  readonly configDigest: string;
  readonly dataset: Manifest['dataset'];
  readonly decidingScore: string;
  readonly scores: readonly {
    readonly name: string;
    readonly value: number | null;
    readonly interval: readonly [number, number] | null;
    readonly n: number;
    readonly signature: string;
  }[];
  readonly approval: 'PendingManualApproval' | 'Approved' | 'Rejected';
  readonly registeredAt: string;
}

export interface RegisterLocallyOptions {
  /** Takes a folder for each group. */
  readonly registry: string;
  readonly group: string;
  readonly groupDescription?: string | undefined;
  readonly model: string;
  readonly manifest: Manifest;
  readonly summary: Summary;
  readonly decision: Decision;
}

const GROUP_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const VERSION_FILE = /^(\d+)\.json$/;

/**
 * Registers a model in a folder as SageMaker does in a model package group: a further version, pending approval. The
 * same model of the same run is registered once, so that a step that is tried again adds nothing.
 * @throws AssayError CONFIG_INVALID for a group that SageMaker could not have
 */
export async function registerLocally(options: RegisterLocallyOptions): Promise<RegisteredModel> {
  const { registry, group, groupDescription, model, summary } = options;
  if (!GROUP_NAME.test(group)) {
    throw new AssayError('CONFIG_INVALID', `"${group}" is no name of a model package group`, {
      hint: 'Take letters, digits and hyphens between them, at most 63.',
    });
  }
  const folder = join(registry, group);
  try {
    await mkdir(folder, { recursive: true });
    const about = { name: group, description: groupDescription ?? null };
    await writeFile(join(folder, 'group.json'), `${JSON.stringify(about, null, 2)}\n`);
    const known = await registeredIn(folder);
    const same = known.find((other) => other.run === summary.run && other.model === model);
    if (same !== undefined) return same;
    return await writeNext(folder, known.length + 1, entryOf(options));
  } catch (cause) {
    throw storageError(cause, folder);
  }
}

async function registeredIn(folder: string): Promise<RegisteredModel[]> {
  const names = (await readdir(folder)).filter((name) => VERSION_FILE.test(name));
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
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
      await writeFile(join(folder, `${version}.json`), `${JSON.stringify(registered, null, 2)}\n`, { flag: 'wx' });
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
  decision,
}: RegisterLocallyOptions): Omit<RegisteredModel, 'version'> {
  const scores = summary.scores.filter((row) => row.model === model && row.category === null);
  return {
    format: 1,
    group,
    model,
    runner: summary.models.find(({ name }) => name === model)?.runner ?? '',
    run: summary.run,
    configDigest: manifest.configDigest,
    dataset: manifest.dataset,
    decidingScore: decision.selection.score,
    scores: scores.map(({ algorithm, score, value, interval, n, signature }) => ({
      name: `${algorithm}.${score}`,
      value,
      interval,
      n,
      signature,
    })),
    approval: 'PendingManualApproval',
    registeredAt: new Date().toISOString(),
  };
}
