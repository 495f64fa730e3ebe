import { configOfRun, formatAmount, type PriceTable, pricesOfRun, runCosts } from 'assay/internal';
import type { RunOverview } from '../runs/run-catalogue.ts';

/** Configs whose prices are read in one look: the list of runs does not wait for many. */
const MOST_READ = 20;

/** What runs cost by the prices of their configs, each config read once. */
export class RunCosts {
  readonly #tables = new Map<string, PriceTable | undefined>();

  /** By the run's name: `USD 0.12`, a lower bound where the cost of a model is unknown. Runs without prices are not there. */
  async of(runs: readonly RunOverview[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    let left = MOST_READ;
    for (const { name, folder, manifest, summary } of runs) {
      if (summary === null || !/\bprices\b/.test(manifest.configText)) continue;
      const key = JSON.stringify([manifest.configFile, manifest.configText]);
      if (!this.#tables.has(key)) {
        if (left === 0) continue;
        left -= 1;
        this.#tables.set(key, await pricesOfRun(configOfRun(manifest, folder.path), () => {}));
      }
      const words = wordsOf(runCosts(summary, this.#tables.get(key)));
      if (words !== null) found.set(name, words);
    }
    return found;
  }
}

function wordsOf(costs: ReturnType<typeof runCosts>): string | null {
  const known = costs.filter(({ amount }) => amount !== null);
  const [first] = known;
  if (first === undefined) return null;
  const sum = known.reduce((all, { amount }) => all + amount!, 0);
  return `${known.length < costs.length ? 'at least ' : ''}${first.currency ?? ''} ${formatAmount(sum)}`;
}
