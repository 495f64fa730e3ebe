import { cpSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporary-folder.ts';

/** A model of fixtures/encoders as the hub has it, and what PyPI's libraries make of texts with it. */
export function encoderFixture<Reference>(name: string): { readonly folder: string; readonly reference: Reference } {
  const folder = join(temporaryFolder(), name);
  cpSync(fileURLToPath(new URL(`../fixtures/encoders/${name}`, import.meta.url)), folder, { recursive: true });
  mkdirSync(join(folder, 'onnx'));
  renameSync(join(folder, 'model.onnx'), join(folder, 'onnx', 'model.onnx'));
  return { folder, reference: JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Reference };
}
