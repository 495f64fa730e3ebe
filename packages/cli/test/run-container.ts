import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { JobInstance, RunJob } from '../../runner-sagemaker/test/stand-in/processing-job.ts';
import { startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';

export interface ContainerOptions {
  /** Where each container's `/opt/ml` is made. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told of each process as it starts, before it does anything. */
  readonly onStart?: (job: JobInstance, kill: (signal?: NodeJS.Signals) => void) => void;
}

/** What stands for a job's containers: the real command, `assay step …`, in a folder laid out as SageMaker does. */
export function containers({ folder, env, onStart }: ContainerOptions): RunJob {
  return async (job) => {
    const root = await layOut(job, folder);
    const { child, finished } = startAssay(argumentsOf(job), root, { ...env, ...job.environment, ASSAY_ML_ROOT: root });
    onStart?.(job, (by = 'SIGKILL') => child.kill(by));
    const { code, signal, stderr } = await finished;
    if (code !== 0) throw new Error(signal === null ? stderr : `the container was ended by ${signal}`);
    return filesBelow(join(root, 'processing/output'));
  };
}

/** The same in this process, one step after another. */
export function containersHere({ folder, env }: Pick<ContainerOptions, 'folder' | 'env'>): RunJob {
  return async (job) => {
    const root = await layOut(job, folder);
    const variables = { ...env, ...job.environment, ASSAY_ML_ROOT: root };
    const { code, stderr } = await assayHere(argumentsOf(job), root, variables);
    if (code !== 0) throw new Error(stderr);
    return filesBelow(join(root, 'processing/output'));
  };
}

const argumentsOf = (job: JobInstance): string[] => [...job.entrypoint.slice(1), ...job.arguments].map(String);

/** Makes a job's `/opt/ml` with its inputs. @returns its folder */
export async function layOut(job: JobInstance, folder: string): Promise<string> {
  const root = await mkdtemp(join(folder, 'ml-'));
  for (const [name, files] of Object.entries(job.inputs)) {
    const input = join(root, 'processing/input', name);
    await mkdir(input, { recursive: true });
    for (const [path, body] of files) {
      await mkdir(dirname(join(input, path)), { recursive: true });
      await writeFile(join(input, path), body);
    }
  }
  const hosts = Array.from({ length: job.instances }, (_, i) => `algo-${i + 1}`);
  const resources = { current_host: hosts[job.instance], hosts };
  await mkdir(join(root, 'config'));
  await writeFile(join(root, 'config/resourceconfig.json'), JSON.stringify(resources));
  return root;
}

/** Of a folder that is still written to: a draft that was renamed after it was listed is left out. */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const left = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const body = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (body !== undefined) left.set(relative(folder, path), body);
  }
  return left;
}
