import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import type { Algorithm } from './algorithm.ts';
import { importCode } from './import-code.ts';

/** Whether `module` names JavaScript or TypeScript of one's own, not FMEval's Python module. */
export function isCodeModule(module: string | undefined): module is string {
  return module !== undefined && /\.[cm]?[jt]s$/.test(module);
}

/** What the default export of a module must have; the rest of Algorithm is optional. */
const shape = z.looseObject({
  name: z.string().min(1),
  summary: z.string().default(''),
  needs: z.function(),
  scores: z.function(),
  score: z.function(),
  signature: z.function(),
});

/** A file whose code is about to run. */
export interface CodeModule {
  readonly file: string;
  /** SHA-256 of the file, hexadecimal; what it imports in turn is not in it. */
  readonly sha256: string;
}

export interface CodePermission {
  /** Whether a config may name modules to run. @default false */
  readonly allowCode?: boolean | undefined;
  /** Told of each file before its code runs. */
  readonly onCode?: ((module: CodeModule) => void) | undefined;
}

interface LoadCustomAlgorithmOptions extends CodePermission {
  readonly baseDir: string;
  /** Where the config names the file. */
  readonly at?: SourcePlace;
  /** Of the file as it was when the run was planned; another is refused. */
  readonly sha256?: string;
}

/**
 * An algorithm from a JavaScript or TypeScript file, whose default export is an `Algorithm`. Importing it runs its code, with all that
 * this process may do. The file's digest goes into the signature.
 * @throws AssayError CONFIG_INVALID
 */
export async function loadCustomAlgorithm(
  path: string,
  { baseDir, allowCode, onCode, at, sha256: expected }: LoadCustomAlgorithmOptions,
): Promise<Algorithm> {
  if (allowCode !== true) {
    throw new AssayError('CONFIG_CODE_NOT_ALLOWED', `the config wants to run the code in ${path}`, {
      at,
      hint: 'Read that file; pass --allow-code to run it.',
    });
  }
  const file = resolve(baseDir, path);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new AssayError('CONFIG_INVALID', `cannot read the module ${path}`, { at, cause });
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (expected !== undefined && sha256 !== expected) {
    throw new AssayError('CONFIG_INVALID', `the module ${path} was changed while the run went on`, {
      hint: 'Start a new run.',
    });
  }
  const digest = sha256.slice(0, 16);
  onCode?.({ file, sha256 });
  const exported = (await importCode(file, { digest, at })).default;
  const checked = shape.safeParse(exported);
  if (!checked.success) {
    const wrong = checked.error.issues.map(({ path: key }) => key.join('.') || 'default export').join(', ');
    throw new AssayError('CONFIG_INVALID', `the default export of ${path} is no algorithm: ${wrong}`, {
      at,
      hint: 'It needs name, needs(), scores(), score() and signature(); docs/algorithms.md has an example.',
    });
  }
  const algorithm = exported as Algorithm;
  return {
    ...algorithm,
    module: { file, sha256 },
    options: algorithm.options ?? z.looseObject({}),
    // Nobody knows what its code looks up.
    rowFields: algorithm.rowFields ?? (() => 'all'),
    signature: (options) => `${algorithm.signature(options)}|module:sha256:${digest}`,
  };
}
