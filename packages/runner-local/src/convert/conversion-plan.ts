import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileDigest } from '@assay/core';
import { readModelConfig } from '../models/model-config.ts';
import { resolveModel } from '../models/resolve-model.ts';
import type { Decoder } from './decoder/decoder.ts';
import { readDecoderConfig } from './export/decoder-config.ts';
import { type SlimGraph, slimFromExport } from './export/slim-from-export.ts';
import { checkTokenizer } from './gguf/check-tokenizer.ts';
import { ggufTokenizer } from './gguf/gguf-tokenizer.ts';
import { readGguf } from './gguf/read-gguf.ts';
import { slimFromGguf } from './gguf/slim-from-gguf.ts';
import { slimFromSafetensors } from './safetensors/slim-from-safetensors.ts';
import type { SourceModel } from './source-model.ts';

/** All that a converted folder will be made of. */
export interface ConversionPlan {
  readonly slim: SlimGraph;
  readonly decoder: Pick<Decoder, 'shape' | 'vocabularySize' | 'contextLength'>;
  /** The folder that tokenizer, configs and licence are copied from, where they are not all written. */
  readonly beside?: string;
  /** Files that are written instead of copied, by name. */
  readonly written: Readonly<Record<string, string>>;
  /** The export to compare with, where there is one. */
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
  switch (source.kind) {
    case 'gguf':
      return planGguf(source, tokenizer, env);
    case 'safetensors':
      return planSafetensors(source);
    case 'export':
      return planExport(source);
  }
}

function planExport(source: SourceModel & { readonly kind: 'export' }): ConversionPlan {
  const { folder, graph, origin, name } = source;
  const decoder = readDecoderConfig(readModelConfig(folder), folder);
  const slim = slimFromExport(graph, decoder);
  const provenance = provenanceOf(folder, name, [
    `- By \`assay models convert\` from ${origin}.`,
    `- onnx/slim_${slim.format}.onnx: attention, positions, mask and output rows are those of the slim layout; all other`,
    '  operators and all weights are the export’s own. Tokenizer, configs and licence are copied unchanged.',
  ]);
  return { slim, decoder, beside: folder, written: { 'provenance.md': provenance }, original: graph, file: graph };
}

function planSafetensors({ folder, name, origin }: SourceModel & { readonly kind: 'safetensors' }): ConversionPlan {
  const { decoder, ...slim } = slimFromSafetensors(folder);
  const provenance = provenanceOf(folder, name, [
    `- By \`assay models convert\` from ${origin}.`,
    `- onnx/slim_${slim.format}.onnx is built of config.json over the weights of the safetensors files, none of them rounded.`,
    '  Tokenizer and licence are copied unchanged.',
  ]);
  const config = { ...readModelConfig(folder), max_position_embeddings: decoder.contextLength };
  const written = { 'provenance.md': provenance, 'config.json': json(config) };
  return { slim, decoder, beside: folder, written, file: join(folder, 'config.json') };
}

async function planGguf(
  { file, name }: SourceModel & { readonly kind: 'gguf' },
  tokenizer: string | undefined,
  env: NodeJS.ProcessEnv | undefined,
): Promise<ConversionPlan> {
  const gguf = readGguf(file);
  const { decoder, json: config, ...slim } = slimFromGguf(gguf);
  const other = tokenizer === undefined ? undefined : resolveModel(tokenizer, { env });
  if (other !== undefined) checkTokenizer(gguf, other.folder);
  const own = other === undefined ? ggufTokenizer(gguf) : {};
  const said = ['general.name', 'general.organization', 'general.license', 'general.source.url', 'general.repo_url'];
  const provenance = [
    `# ${name}`,
    ...said.flatMap((key) => (gguf.metadata.has(key) ? [`- ${key}: ${String(gguf.metadata.get(key))}`] : [])),
    '',
    '## Converted',
    `- By \`assay models convert\` from ${basename(file)} (sha256 ${await fileDigest(file, 'sha256')}).`,
    `- onnx/slim_${slim.format}.onnx computes with the file’s own blocks, none of them rounded again; config.json is made`,
    `  of its metadata. The tokenizer ${other === undefined ? 'is the file’s own' : `and all other files come from ${other.name}`}.`,
    '',
  ].join('\n');
  const written = Object.entries({ 'config.json': config, ...own }).map(([path, content]) => [path, json(content)]);
  return {
    ...{ slim, decoder, file },
    written: { ...Object.fromEntries(written), 'provenance.md': provenance },
    ...(other === undefined ? {} : { beside: other.folder }),
  };
}

function provenanceOf(folder: string, name: string, lines: readonly string[]): string {
  const before = join(folder, 'provenance.md');
  const known = existsSync(before) ? `${readFileSync(before, 'utf8').trimEnd()}\n` : `# ${name}\n`;
  return [known, '## Converted', ...lines, ''].join('\n');
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
