import { assayCacheFolder, isAssayError } from '@assay/core';
import { assayVersion } from '../assay-version.ts';
import { awsServices, localModels } from './optional-package.ts';

/** One thing that assay may need, whether it is there, and how to get it. */
export interface InstallFinding {
  readonly what: string;
  readonly ok: boolean;
  readonly message: string;
  readonly hint?: string | undefined;
}

const LEAST_NODE = [20, 19] as const;

/** What of assay is installed, what is missing and how to get it. Nothing is fetched. */
export async function inspectInstall(): Promise<readonly InstallFinding[]> {
  return [
    { what: 'assay', ok: true, message: assayVersion() },
    nodeFinding(),
    await packageFinding('local models', '@assay/runner-local', localModels),
    ...(await backendFindings()),
    ...(await modelFindings()),
    await packageFinding('AWS', '@assay/runner-sagemaker', awsServices),
    { what: 'cache', ok: true, message: assayCacheFolder() },
  ];
}

function nodeFinding(): InstallFinding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const message = `${process.version} on ${process.platform}-${process.arch}`;
  return { what: 'node', ok, message, hint: ok ? undefined : `assay needs Node ${LEAST_NODE.join('.')} or newer` };
}

async function packageFinding(what: string, name: string, load: () => Promise<unknown>): Promise<InstallFinding> {
  try {
    await load();
    return { what, ok: true, message: name };
  } catch (thrown) {
    if (isAssayError(thrown)) return { what, ok: false, message: thrown.message, hint: thrown.hint };
    const message = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
    return {
      what,
      ok: false,
      message: `${name} does not load: ${message}`,
      hint: `behind a firewall: ONNXRUNTIME_NODE_INSTALL=skip npm install ${name}`,
    };
  }
}

async function backendFindings(): Promise<readonly InstallFinding[]> {
  const local = await localModels().catch(() => undefined);
  if (local === undefined) return [];
  const backends = await local.listBackends();
  const named = (here: boolean) => backends.filter((backend) => backend.here === here).map(({ name }) => name);
  const found = { what: 'devices', ok: true, message: named(true).join(', ') };
  if (named(false).length === 0) return [found];
  const hint =
    'the CPU needs none of them; where api.nuget.org can be reached: npm rebuild onnxruntime-node, without ONNXRUNTIME_NODE_INSTALL=skip';
  return [found, { what: 'devices', ok: false, message: `files of ${named(false).join(', ')}`, hint }];
}

async function modelFindings(): Promise<readonly InstallFinding[]> {
  const local = await localModels().catch(() => undefined);
  if (local === undefined) return [];
  const names = local.listModels().map(({ name }) => name);
  if (names.length > 0) return [{ what: 'models', ok: true, message: names.join(', ') }];
  const hint = 'npm install @assay/model-smollm2-135m-instruct, or: assay models pull ORG/NAME';
  return [{ what: 'models', ok: false, message: 'there is no model on this machine', hint }];
}
