import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AssayError, fileDigest } from '@assay/core';
import { BESIDE_WEIGHTS } from '../hub/choose-files.ts';
import { readModelConfig } from '../models/model-config.ts';
import { listModelFiles } from '../models/model-files.ts';
import type { ModelSpec } from '../worker/messages.ts';
import { type ConversionCheck, checkConversion } from './check-conversion.ts';
import { cannotConvert } from './export/cannot-convert.ts';
import { type DecoderConfig, readDecoderConfig } from './export/decoder-config.ts';
import { type SlimFormat, type SlimGraph, slimFromExport } from './export/slim-from-export.ts';
import { writeOnnx } from './onnx/write-onnx.ts';
import { type SourceModel, type SourceOptions, sourceModel } from './source-model.ts';

/** Typed events of a conversion. */
export interface ConvertHooks {
  readonly onStart?: (event: { readonly name: string; readonly graph: string }) => void;
  readonly onProgress?: (event: {
    readonly path: string;
    readonly doneBytes: number;
    readonly totalBytes: number;
  }) => void;
  readonly onCheck?: () => void;
}

export interface ConvertModelOptions extends SourceOptions {
  /** The folder to make; it must not exist. @default `<name>-slim` in the current folder */
  readonly output?: string | undefined;
  /** Compare the converted model with the original on a few prompts. @default true */
  readonly check?: boolean | undefined;
  readonly hooks?: ConvertHooks | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ConvertedModel {
  /** The folder, which any command takes as a model. */
  readonly folder: string;
  readonly format: SlimFormat;
  /** Bytes of graph and weights. */
  readonly bytes: number;
  /** null where it was not asked for. */
  readonly check: ConversionCheck | null;
}

/**
 * Nats by which answers may differ from the export's, in the mean: rounding for weights that stay as they are; more where
 * the export itself computes in half precision or quantises activations, which the converted model does not.
 */
const TOLERANCES: Readonly<Record<SlimFormat, number>> = { fp32: 0.005, q4: 0.01, q4f16: 0.1, fp16: 0.1, q8: 0.5 };

/** Files beside the weights that go along, besides what the hub's downloads take. */
const ALSO_CARRIED = /^(provenance\.md|tokenizer\.model|USE_POLICY(\.\w+)?|[^/]*LICEN[CS]E[^/]*)$/i;

/**
 * Writes a model in the slim layout: a folder of its own with weights, tokenizer, configs, licence and checksums, which
 * appears only when it is whole.
 * @throws AssayError MODEL_UNSUPPORTED naming the operator or architecture, MODEL_NOT_FOUND, MODEL_FILES_MISSING,
 *   MODEL_CHECKSUM, MODEL_LOAD, USAGE when the output is there already
 */
export async function convertModel(name: string, options: ConvertModelOptions = {}): Promise<ConvertedModel> {
  const source = await sourceModel(name, options);
  if (source.kind === 'gguf') throw cannotConvert(source.file, 'GGUF');
  const output = resolve(options.output ?? `${basename(source.name)}-slim`);
  refuseExisting(output);
  options.hooks?.onStart?.({ name: source.name, graph: source.graph });
  const config = readDecoderConfig(readModelConfig(source.folder), source.folder);
  const slim = slimFromExport(source.graph, config.shape);
  await mkdir(dirname(output), { recursive: true });
  const draft = `${output}.${randomBytes(4).toString('hex')}.partial`;
  await mkdir(draft);
  try {
    const graph = join(draft, 'onnx', `slim_${slim.format}.onnx`);
    await mkdir(dirname(graph));
    const bytes = await writeGraph(graph, slim, options);
    await carryFiles(source, draft);
    const check = options.check === false ? null : await compare(source.graph, graph, config, slim.format, options);
    await writeFile(join(draft, 'provenance.md'), await provenance(source, slim.format));
    await writeSums(draft);
    options.signal?.throwIfAborted();
    refuseExisting(output);
    await rename(draft, output);
    return { folder: output, format: slim.format, bytes, check };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function refuseExisting(output: string): void {
  if (!existsSync(output)) return;
  throw new AssayError('USAGE', `${output} is there already`, { hint: 'name another folder with --output' });
}

async function writeGraph(path: string, slim: SlimGraph, { hooks, signal }: ConvertModelOptions): Promise<number> {
  return writeOnnx(path, slim.graph, slim.nodes, {
    signal,
    onBytes: (doneBytes, totalBytes) => hooks?.onProgress?.({ path: basename(path), doneBytes, totalBytes }),
  });
}

async function carryFiles(source: SourceModel & { readonly kind: 'export' }, draft: string): Promise<void> {
  for (const path of readdirSync(source.folder)) {
    if (BESIDE_WEIGHTS.test(path) || ALSO_CARRIED.test(path))
      await copyFile(join(source.folder, path), join(draft, path));
  }
}

async function compare(
  original: string,
  converted: string,
  config: DecoderConfig,
  format: SlimFormat,
  { hooks }: ConvertModelOptions,
): Promise<ConversionCheck> {
  hooks?.onCheck?.();
  const { layers, keyHeads, headSize } = config.shape;
  const spec = (graph: string): ModelSpec => ({
    name: basename(graph),
    graph,
    cache: { layers, heads: keyHeads, headSize },
    vocabularySize: config.vocabularySize,
    contextLength: config.contextLength,
    threads: 1,
    device: 'cpu',
  });
  const check = await checkConversion(spec(original), spec(converted), (reason) =>
    cannotConvert(original, `the runtime refuses the converted graph: ${reason}`),
  );
  if (check.meanDifference <= TOLERANCES[format]) return check;
  const far = `${check.meanDifference.toFixed(4)} nats a token, and ${TOLERANCES[format]} is the most for ${format}`;
  throw cannotConvert(original, `converted, it answers differently by ${far}`);
}

async function provenance(source: SourceModel & { readonly kind: 'export' }, format: SlimFormat): Promise<string> {
  const before = join(source.folder, 'provenance.md');
  const known = existsSync(before) ? `${(await readFile(before, 'utf8')).trimEnd()}\n` : `# ${source.name}\n`;
  return [
    known,
    '## Converted',
    `- By \`assay models convert\` from ${source.origin}.`,
    `- onnx/slim_${format}.onnx: attention, positions, mask and output rows are those of the slim layout; all other`,
    '  operators and all weights are the export’s own. Tokenizer, configs and licence are copied unchanged.',
    '',
  ].join('\n');
}

/** SHA256SUMS of every file, as `sha256sum` writes them. */
async function writeSums(folder: string): Promise<void> {
  const lines: string[] = [];
  for (const path of listModelFiles(folder))
    lines.push(`${await fileDigest(join(folder, path), 'sha256')}  ./${path}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
}
