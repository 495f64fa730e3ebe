import { configOfRun, type Gate, isAssayError, parseGate } from 'assay/internal';
import type { HistoryGate } from 'assay/internal/report';
import type { RunOverview } from '../runs/run-catalogue.ts';

/** By manifest: the catalogue gives the same one as long as its file does not change. */
const known = new WeakMap<object, readonly Gate[]>();

/** The limits that a run's config sets to a score of a model: what a line of its history is to keep to. */
export function gatesOn(run: RunOverview, score: string, model: string): HistoryGate[] {
  const gates = known.get(run.manifest) ?? gatesOf(run);
  known.set(run.manifest, gates);
  return gates.flatMap((gate) => {
    if (gate.kind !== 'score' || gate.score !== score || gate.category !== null || gate.figure !== undefined) return [];
    if (gate.models !== undefined && !gate.models.includes(model)) return [];
    return [{ text: gate.text, limit: gate.limit }];
  });
}

function gatesOf({ folder, manifest }: RunOverview): readonly Gate[] {
  if (!/\bgates\b/.test(manifest.configText)) return [];
  try {
    const { config } = configOfRun(manifest, folder.path);
    return (config?.gates ?? []).flatMap((gate) => parseGate(gate));
  } catch (thrown) {
    // A config of another version: the history does without its gates.
    if (isAssayError(thrown)) return [];
    throw thrown;
  }
}
