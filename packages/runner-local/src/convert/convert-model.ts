import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AssayError, fileDigest } from '@assay/core';
import { BESIDE_WEIGHTS } from '../hub/choose-files.ts';
import { listModelFiles } from '../models/model-files.ts';
import { addsPairsNarrowly } from '../runtime/integer-units.ts';
import type { ModelSpec } from '../worker/messages.ts';
import { type ConversionCheck, checkConversion, checkNumbers } from './check-conversion.ts';
import { type ConversionPlan, planConversion } from './conversion-plan.ts';
import { cannotConvert } from './export/cannot-convert.ts';
import type { SlimFormat, SlimGraph } from './export/slim-from-export.ts';
import { writeOnnx } from './onnx/write-onnx.ts';
import { nameShapes } from './slim/name-shapes.ts';
import { type SourceOptions, sourceModel } from './source-model.ts';

/** Typed events of a conversion. */
export interface ConvertHooks {
  /** The export, GGUF file or config.json that is read. */
  readonly onStart?: (event: { readonly name: string; readonly file: string }) => void;
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
  /** Folder or name of the model whose tokenizer a GGUF file goes with. @default the file's own */
  readonly tokenizer?: string | undefined;
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
  /**
   * null where it was not asked for, or where there is nothing to compare with: GGUF, safetensors, and an export of 8-bit products
   * on a processor that adds them up wrongly.
   */
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
 *   MODEL_CHECKSUM, MODEL_LOAD, RUN_DISK_FULL, USAGE when the output is there already
 */
export async function convertModel(name: string, options: ConvertModelOptions = {}): Promise<ConvertedModel> {
  const source = await sourceModel(name, options);
  const output = resolve(options.output ?? `${basename(source.name)}-slim`);
  refuseExisting(output);
  const from = source.kind === 'export' ? source.graph : source.file;
  options.hooks?.onStart?.({ name: source.name, file: from });
  const plan = await planConversion(source, options.tokenizer, options.env);
  const { slim } = plan;
  await mkdir(dirname(output), { recursive: true });
  const draft = `${output}.${randomBytes(4).toString('hex')}.partial`;
  await mkdir(draft);
  try {
    const graph = join(draft, 'onnx', `slim_${slim.format}.onnx`);
    await mkdir(dirname(graph));
    const bytes = await writeGraph(graph, slim, options);
    await carryFiles(plan, draft);
    const check = options.check === false ? null : await compare(plan, graph, options);
    await nameShapes(graph);
    await writeSums(draft);
    options.signal?.throwIfAborted();
    refuseExisting(output);
    await rename(draft, output);
    return { folder: output, format: slim.format, bytes, check };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
    const hint = `free some space below ${dirname(output)}, or name another folder with --output`;
    throw new AssayError('RUN_DISK_FULL', 'the disk is full: the converted weights do not fit', { hint, cause });
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

async function carryFiles({ beside, written }: ConversionPlan, draft: string): Promise<void> {
  for (const path of beside === undefined ? [] : readdirSync(beside)) {
    if (BESIDE_WEIGHTS.test(path) || ALSO_CARRIED.test(path)) await copyFile(join(beside!, path), join(draft, path));
  }
  for (const [path, text] of Object.entries(written)) await writeFile(join(draft, path), text);
}

/**
 * @returns null where nothing is there to compare with: no export, or one whose whole-number products this processor adds up wrongly;
 * the converted model runs and answers with numbers
 */
async function compare(
  plan: ConversionPlan,
  graph: string,
  { hooks }: ConvertModelOptions,
): Promise<ConversionCheck | null> {
  hooks?.onCheck?.();
  const { decoder, original, file, slim } = plan;
  const { layers, keyHeads, headSize } = decoder.shape;
  const specOf = (path: string): ModelSpec => ({
    name: basename(path),
    graph: path,
    cache: { layers, heads: keyHeads, headSize },
    vocabularySize: decoder.vocabularySize,
    contextLength: decoder.contextLength,
  });
  const refused = (reason: string): AssayError => cannotConvert(file, `converted, it does not run: ${reason}`);
  if (original === undefined || (slim.format === 'q8' && addsPairsNarrowly())) {
    await checkNumbers(specOf(graph), refused);
    return null;
  }
  const check = await checkConversion(specOf(original), specOf(graph), refused);
  if (check.meanDifference <= TOLERANCES[slim.format]) return check;
  const far = `${check.meanDifference.toFixed(4)} nats a token, and ${TOLERANCES[slim.format]} is the most for ${slim.format}`;
  throw cannotConvert(file, `converted, it answers differently by ${far}`);
}

/** SHA256SUMS of every file, as `sha256sum` writes them. */
async function writeSums(folder: string): Promise<void> {
  const lines: string[] = [];
  for (const path of listModelFiles(folder))
    lines.push(`${await fileDigest(join(folder, path), 'sha256')}  ./${path}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
}
