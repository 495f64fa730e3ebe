import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AssayError, importCode, type ModuleBlock } from '@assay/core';
import type { OwnModel } from './own-model.ts';
import { providerModel } from './promptfoo-provider.ts';

/**
 * An exported function, prompt to text, or what `defineModel` gave. Importing it runs its code, with all that this process
 * may do. @throws AssayError CONFIG_INVALID
 */
export async function moduleModel(block: ModuleBlock, baseDir: string): Promise<OwnModel> {
  const { file, export: name = 'default' } = block;
  const path = resolve(baseDir, file);
  if (block.provider !== undefined) return providerModel(path, name, block.provider, block);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AssayError('CONFIG_INVALID', `cannot read the module ${file}`, { cause });
  });
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const found = (await importCode(path, { digest }))[name];
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
