import type { ScoreRanking } from 'assay/internal';
import { fitted, wrapped } from './fit-text.ts';
import { bold, printable, type Terminal } from './terminal.ts';

/** Place, figure, samples and the space between. */
const FIGURES_WIDTH = 30;
const LEAST_NAME = 12;

/**
 * Each score with the places that the paired comparisons leave open to each model; scores that tell no model from another
 * are counted on one line.
 */
export function rankingTable(rankings: readonly ScoreRanking[], terminal: Terminal): string {
  const longest = Math.max(...rankings.flatMap(({ ranks }) => ranks.map(({ model }) => printable(model).length)));
  const width = Math.min(longest, Math.max(LEAST_NAME, terminal.columns - FIGURES_WIDTH));
  const decided = rankings.filter((ranking) => !nothingIsDecided(ranking));
  const tables = decided.map((ranking) => {
    const lines = ranking.ranks.map(({ model, best, worst, value, n }) => {
      const place = best === worst ? `${best}` : `${best}–${worst}`;
      return `  ${place.padEnd(7)}${fitted(printable(model), width)}  ${(value?.toFixed(3) ?? '–').padStart(9)}   n ${n}`;
    });
    return [`\n${bold(printable(nameOf(ranking)), terminal)}`, ...lines].join('\n');
  });
  const open = rankings.filter(nothingIsDecided).map(nameOf);
  const count = open.length === 1 ? '' : `${open.length} scores: `;
  const text = `these samples cannot tell the models apart on ${count}${open.join(', ')}`;
  const told = open.length === 0 ? [] : ['', ...wrapped(printable(text), terminal.columns)];
  return [...tables, ...told].join('\n');
}

const nameOf = ({ algorithm, score }: ScoreRanking): string => `${algorithm}.${score}`;

/** Whether every model may have every place. */
function nothingIsDecided({ ranks }: ScoreRanking): boolean {
  return ranks.every(({ best, worst }) => best === 1 && worst === ranks.length) && ranks.length > 1;
}
