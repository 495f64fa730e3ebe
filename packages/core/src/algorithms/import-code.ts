import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';

export { runJavascriptLater } from './code-worker.ts';

/** The parts of esbuild that are used, where a project has it: it is no dependency. */
interface Esbuild {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly text: string }[] }>;
}

export interface ImportCodeOptions {
  /** Begins each address, so that an edited file is a new module. */
  readonly digest: string;
  /** Whether this Node runs TypeScript itself. @default what it says of itself: 22.18 and newer do */
  readonly stripsTypes?: boolean;
  /** Where a config names the file. */
  readonly at?: SourcePlace | undefined;
}

/**
 * The exports of a JavaScript or TypeScript file; its code runs. Where Node does not strip types, the esbuild of the file's
 * project joins it with what it imports into a file beside it, for a moment.
 * @throws AssayError CONFIG_INVALID
 */
export async function importCode(path: string, options: ImportCodeOptions): Promise<Readonly<Record<string, unknown>>> {
  const { digest, stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript) } = options;
  try {
    if (/\.[cm]?ts$/.test(path) && !stripsTypes) return await importBundled(path, options);
    return (await import(`${pathToFileURL(path).href}?${digest}`)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('CONFIG_INVALID', `the module ${path} does not load: ${message}`, { at: options.at, cause });
  }
}

async function importBundled(
  path: string,
  { digest, at }: ImportCodeOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const esbuild = await esbuildNear(path, at);
  const { outputFiles } = await esbuild.build({
    ...{ entryPoints: [path], bundle: true, write: false, logLevel: 'silent' },
    ...{ platform: 'node', format: 'esm', packages: 'external', target: `node${process.versions.node}` },
  });
  const file = join(dirname(path), `.${basename(path)}.${digest}.${process.pid}.mjs`);
  try {
    await writeFile(file, outputFiles[0]?.text ?? '');
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } finally {
    await rm(file, { force: true });
  }
}

async function esbuildNear(path: string, at: SourcePlace | undefined): Promise<Esbuild> {
  try {
    return (await import(pathToFileURL(createRequire(path).resolve('esbuild')).href)) as Esbuild;
  } catch (cause) {
    throw new AssayError('CONFIG_INVALID', `Node ${process.version} does not run TypeScript: ${path}`, {
      at,
      hint: 'Take Node 22.18 or newer, write JavaScript, or add esbuild: npm install --save-dev esbuild',
      cause,
    });
  }
}
