import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a processing job's container finds and leaves things, below a root that is `/opt/ml` on SageMaker. */
export interface StepFolders {
  readonly root: string;
  input(name: string): string;
  readonly output: string;
  /** What is read into the job's ExitMessage. */
  readonly messageFile: string;
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html */
export function stepFolders(root = '/opt/ml'): StepFolders {
  const processing = join(root, 'processing');
  return {
    root,
    input: (name) => join(processing, 'input', name),
    output: join(processing, 'output'),
    messageFile: join(root, 'output', 'message'),
  };
}

/** At most 1,024 characters, as SageMaker keeps. */
export async function writeExitMessage({ messageFile }: StepFolders, message: string): Promise<void> {
  if (!existsSync(dirname(messageFile))) await mkdir(dirname(messageFile), { recursive: true });
  await writeFile(messageFile, message.slice(0, 1024));
}

/** Which of a job's instances this is. */
export interface StepHost {
  readonly host: string;
  readonly hosts: readonly string[];
}

/** What `config/resourceconfig.json` says; one host where there is no such file. */
export async function readHost({ root }: StepFolders): Promise<StepHost> {
  const text = await readFile(join(root, 'config', 'resourceconfig.json'), 'utf8').catch(() => '{}');
  const { current_host: host = 'algo-1', hosts = [host] } = JSON.parse(text) as {
    current_host?: string;
    hosts?: string[];
  };
  return { host, hosts };
}
