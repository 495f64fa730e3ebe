import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssayError, fileDigest } from '@assay/core';
import { readModelConfig } from '../models/model-config.ts';
import { resolveModel } from '../models/resolve-model.ts';
import { type DecoderConfig, readDecoderConfig } from './export/decoder-config.ts';
import { type SlimGraph, slimFromExport } from './export/slim-from-export.ts';
import { checkTokenizer } from './gguf/check-tokenizer.ts';
import { readGguf } from './gguf/read-gguf.ts';
import { slimFromGguf } from './gguf/slim-from-gguf.ts';
import type { SourceModel } from './source-model.ts';

/** All that a converted folder will be made of. */
export interface ConversionPlan {
  readonly slim: SlimGraph;
  readonly config: DecoderConfig;
  /** The folder that tokenizer, configs and licence are copied from. */
  readonly beside: string;
  /** Files that are written instead of copied, by name. */
  readonly written: Readonly<Record<string, string>>;
  /** The export to compare with; a GGUF file cannot be run here. */
  readonly original?: string;
  /** The file that errors name. */
  readonly file: string;
}

/** Reads a source and builds its slim graph; nothing is written yet. */
export async function planConversion(
  source: SourceModel,
  tokenizer: string | undefined,
  env: NodeJS.ProcessEnv | undefined,
): Promise<ConversionPlan> {
  return source.kind === 'gguf' ? planGguf(source, tokenizer, env) : planExport(source);
}

function planExport(source: SourceModel & { readonly kind: 'export' }): ConversionPlan {
  const { folder, graph, origin, name } = source;
  const config = readDecoderConfig(readModelConfig(folder), folder);
  const slim = slimFromExport(graph, config.shape);
  const before = join(folder, 'provenance.md');
  const known = existsSync(before) ? `${readFileSync(before, 'utf8').trimEnd()}\n` : `# ${name}\n`;
  const provenance = [
    known,
    '## Converted',
    `- By \`assay models convert\` from ${origin}.`,
    `- onnx/slim_${slim.format}.onnx: attention, positions, mask and output rows are those of the slim layout; all other`,
    '  operators and all weights are the export’s own. Tokenizer, configs and licence are copied unchanged.',
    '',
  ].join('\n');
  return { slim, config, beside: folder, written: { 'provenance.md': provenance }, original: graph, file: graph };
}

async function planGguf(
  { file, name }: SourceModel & { readonly kind: 'gguf' },
  tokenizer: string | undefined,
  env: NodeJS.ProcessEnv | undefined,
): Promise<ConversionPlan> {
  if (tokenizer === undefined) {
    throw new AssayError('MODEL_FILES_MISSING', `${basename(file)} does not say how texts are cut into tokens`, {
      hint: 'add --tokenizer with the folder or name of the model that the file was made from (it needs no weights)',
    });
  }
  const { folder, name: tokenizerName } = resolveModel(tokenizer, { env });
  const gguf = await readGguf(file);
  const { config, ...slim } = slimFromGguf(gguf);
  checkTokenizer(gguf, folder);
  const said = ['general.name', 'general.organization', 'general.license', 'general.source.url', 'general.repo_url'];
  const provenance = [
    `# ${name}`,
    ...said.flatMap((key) => (gguf.metadata.has(key) ? [`- ${key}: ${String(gguf.metadata.get(key))}`] : [])),
    '',
    '## Converted',
    `- By \`assay models convert\` from ${basename(file)} (sha256 ${await fileDigest(file, 'sha256')}).`,
    `- onnx/slim_${slim.format}.onnx computes with the file’s own blocks, none of them rounded anew; config.json is made`,
    `  of its metadata. The tokenizer and all other files come from ${tokenizerName}.`,
    '',
  ].join('\n');
  const written = { 'provenance.md': provenance, 'config.json': `${JSON.stringify(config.json, null, 1)}\n` };
  return { slim, config, beside: folder, written, file };
}
