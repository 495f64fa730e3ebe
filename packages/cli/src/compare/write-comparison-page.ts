import {
  type CategoryComparison,
  type Comparison,
  costOfSide,
  type GateResult,
  type ModelCost,
  namedGates,
  type Sides,
} from 'assay/internal';
import { printable } from '../print/terminal.ts';
import type { CompareFlags } from './compare-flags.ts';
import { mergedRun } from './merged-run.ts';

export interface ComparedSides {
  readonly comparisons: readonly Comparison[];
  /** @default none */
  readonly categories?: readonly CategoryComparison[];
  readonly gates: readonly GateResult[];
}

/** The page of a comparison: every sample with the answers of all sides. Its path goes to stdout. */
export async function writeComparisonPage(
  opened: Sides,
  { comparisons, categories, gates }: ComparedSides,
  { output = 'comparison.html' }: CompareFlags,
): Promise<void> {
  const { writeReport } = await import('assay/internal/report');
  const costs: ModelCost[] = [];
  for (const side of opened.sides) {
    const cost = await costOfSide(side);
    if (cost !== undefined) costs.push({ ...cost, model: side.scores.model });
  }
  const options = { gates: namedGates(gates), costs, categories, notes: opened.notes };
  await writeReport(await mergedRun(opened, comparisons), output, options);
  process.stdout.write(`${printable(output)}\n`);
}
