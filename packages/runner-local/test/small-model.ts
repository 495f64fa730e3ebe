import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files (path to content) into a folder, with SHA256SUMS of them unless told otherwise. */
export function writeModel(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: { readonly sums?: boolean } = {},
): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  if (options.sums === false) return;
  const sums = Object.entries(files).map(
    ([path, content]) => `${createHash('sha256').update(content).digest('hex')}  ./${path}`,
  );
  writeFileSync(join(folder, 'SHA256SUMS'), `${sums.join('\n')}\n`);
}

/** A folder that passes for a BERT encoder as far as files go. */
export const BERT_FILES: Readonly<Record<string, string>> = {
  'config.json': JSON.stringify({ model_type: 'bert', architectures: ['BertModel'] }),
  'tokenizer.json': '{}',
  'onnx/model.onnx': 'weights',
};
