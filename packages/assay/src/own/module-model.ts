import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AssayError, type ModuleBlock } from '@assay/core';
import type { OwnModel } from './own-model.ts';

/** The parts of esbuild that are used, where it is installed: it is no dependency. */
interface Esbuild {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly text: string }[] }>;
}

/**
 * An exported function, prompt to text, or what `defineModel` gave. Importing it runs its code, with all that this process
 * may do. @throws AssayError CONFIG_INVALID
 */
export async function moduleModel(block: ModuleBlock, baseDir: string): Promise<OwnModel> {
  const { file, export: name = 'default' } = block;
  const path = resolve(baseDir, file);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AssayError('CONFIG_INVALID', `cannot read the module ${file}`, { cause });
  });
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const found = (await importFile(path, digest))[name];
  const model =
    typeof found === 'function' ? { generate: found as OwnModel['generate'] } : (found as OwnModel | undefined);
  if (typeof model?.generate !== 'function')
    throw new AssayError('CONFIG_INVALID', `${file} exports no function ${JSON.stringify(name)}`, {
      hint: 'export default async ({ text }) => …, or name another export',
    });
  return {
    id: `module:${basename(file)}#${name}@sha256:${digest}`,
    generate: (prompt) => model.generate(prompt),
    concurrency: block.concurrency,
    timeoutMs: block.timeout_s === undefined ? undefined : block.timeout_s * 1000,
    close: async () => void ('close' in model && (await model.close?.())),
  };
}

async function importFile(path: string, digest: string): Promise<Readonly<Record<string, unknown>>> {
  const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);
  try {
    if (/\.[cm]?ts$/.test(path) && !stripsTypes) return await importBundled(path, digest);
    return (await import(`${pathToFileURL(path).href}?${digest}`)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('CONFIG_INVALID', `the module ${path} does not load: ${message}`, { cause });
  }
}

/** TypeScript where Node does not strip types: joined by the project's esbuild into a file beside it, for a moment. */
async function importBundled(path: string, digest: string): Promise<Readonly<Record<string, unknown>>> {
  const esbuild = await esbuildNear(path);
  const options = {
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  };
  const { outputFiles } = await esbuild.build(options);
  const file = join(dirname(path), `.${basename(path)}.${digest}.${process.pid}.mjs`);
  try {
    await writeFile(file, outputFiles[0]?.text ?? '');
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } finally {
    await rm(file, { force: true });
  }
}

async function esbuildNear(path: string): Promise<Esbuild> {
  const { createRequire } = await import('node:module');
  try {
    return (await import(pathToFileURL(createRequire(path).resolve('esbuild')).href)) as Esbuild;
  } catch (cause) {
    throw new AssayError('CONFIG_INVALID', `Node ${process.version} does not run TypeScript: ${path}`, {
      hint: 'Take Node 22.18 or newer, write JavaScript, or add esbuild: npm install --save-dev esbuild',
      cause,
    });
  }
}
