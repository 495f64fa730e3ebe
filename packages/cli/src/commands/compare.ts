import { AssayError, inconclusivePolicy, openSides } from 'assay/internal';
import { compareDrift } from '../compare/compare-drift.ts';
import type { CompareFlags } from '../compare/compare-flags.ts';
import { compareMany } from '../compare/compare-many.ts';
import { comparePair } from '../compare/compare-pair.ts';
import { printGates } from '../print/print-gates.ts';
import { printable } from '../print/terminal.ts';

/**
 * Models of runs, sample by sample: the second against the first, or a ranking of three and more. Exit code 1 when a
 * `--fail-on` gate fails.
 */
export async function compare(runs: readonly string[], flags: CompareFlags): Promise<number> {
  const opened = await openSides(runs, flags);
  for (const note of opened.notes) process.stderr.write(`note: ${printable(note)}\n`);
  const [baseline, candidate, ...others] = opened.sides;
  if (flags.drift === true) {
    if (others.length === 0) return compareDrift([baseline!, candidate!], opened, flags);
    throw new AssayError('USAGE', `--drift takes two models, and there are ${opened.sides.length}`, {
      hint: `Name one with --baseline-model and --candidate-model: ${opened.sides.map(({ model }) => model).join(', ')}.`,
    });
  }
  const gates =
    others.length === 0 ? await comparePair([baseline!, candidate!], opened, flags) : await compareMany(opened, flags);
  return printGates(gates, inconclusivePolicy(flags.onInconclusive, process.env), process.stderr);
}
