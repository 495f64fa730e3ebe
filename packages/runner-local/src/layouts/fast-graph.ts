import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssayError } from '@assay/core';
import { integerUnits } from '../runtime/integer-units.ts';
import { builtEntry } from '../worker/built-entry.ts';
import { type Drift, driftLine, parseDrift } from './drift.ts';
import { type PrepackedKey, prepackedKey } from './prepacked-folder.ts';
import { prepackedGraph } from './prepacked-graph.ts';

/** Numbers that a model computes with: as its weights are, or in whole numbers of eight bits. */
export type Precision = 'exact' | 'fast';

/** What was measured of a fast graph, beside it. */
export const DRIFT_FILE = 'drift.json';
/** Raised when the same weights would become another fast graph: cached answers of the last one are then of no use. */
const FORM = 'fast@3';

export interface FastGraph {
  readonly graph: string;
  readonly drift: Drift;
}

interface FastGraphOptions {
  /** Folder of the model. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onMake?: (() => void) | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** A model's id with its precision, which is part of what it answers. */
export function idWithPrecision(id: string, precision: Precision | undefined): string {
  return precision === 'fast' ? `${id}#precision=${FORM}` : id;
}

/** Names a model's fast graph on this machine. */
export function fastKey(model: string, digest: string): PrepackedKey {
  return prepackedKey(model, digest, FORM);
}

/**
 * A slim graph in whole numbers, made and measured on first use on this machine, then kept in assay's cache.
 * @throws AssayError MODEL_UNSUPPORTED for a model without such a form, or whose answers change too much; MODEL_LOAD,
 *   RUN_DISK_FULL; the signal's reason when it aborts
 */
export async function fastGraph(graph: string, key: PrepackedKey, options: FastGraphOptions): Promise<FastGraph> {
  const { folder, ...rest } = options;
  const entry = builtEntry('convert/integer/prepare-fast-entry.js');
  const made = await prepackedGraph(graph, { ...rest, key, entry, more: [folder] });
  const file = join(dirname(made), DRIFT_FILE);
  const drift = parseDrift(readFileSync(file, 'utf8'));
  if (drift !== undefined) return { graph: made, drift };
  throw new AssayError('MODEL_LOAD', `${file} is no record of a prepared model`, {
    at: { file },
    hint: `remove ${dirname(made)}, and it is made again`,
  });
}

/**
 * What a run says of a fast model: how far it is from the exact one, and what the processor has for it.
 * @param units of the processor; null where the system does not tell
 */
export function fastNotes(drift: Drift, units: readonly string[] | null = integerUnits()): readonly string[] {
  const slow = 'this processor has no units for whole numbers, so that it gains little';
  const note = `precision fast: ${driftLine(drift)}`;
  return units !== null && units.length === 0 ? [note, `precision fast: ${slow}`] : [note];
}
