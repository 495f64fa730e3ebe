import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A way to compute graphs that this build of the runtime was made with. */
export interface Backend {
  readonly name: string;
  /** Whether its files are here: those of CUDA are fetched when onnxruntime-node is installed, and not from npm. */
  readonly here: boolean;
}

/** What onnxruntime-node of this machine can compute with; whether a device opens shows when it is asked. */
export async function listBackends(): Promise<readonly Backend[]> {
  const { listSupportedBackends } = await import('onnxruntime-node');
  const fetched = fetchedFiles();
  return listSupportedBackends().map(({ name, bundled }) => ({
    name,
    here: bundled || fetched.some((file) => file.includes(`providers_${name}`)),
  }));
}

/** Names of the files beside the runtime's own. */
function fetchedFiles(): readonly string[] {
  const root = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  return readdirSync(root)
    .map((folder) => join(root, folder, process.platform, process.arch))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder));
}
