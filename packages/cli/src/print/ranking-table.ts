import type { ScoreRanking } from 'assay/internal';
import { bold, printable, type Terminal } from './terminal.ts';

/** Each score with the places that the paired comparisons leave open to each model. */
export function rankingTable(rankings: readonly ScoreRanking[], terminal: Terminal): string {
  const width = Math.max(...rankings.flatMap(({ ranks }) => ranks.map(({ model }) => printable(model).length)));
  return rankings
    .map((ranking) => {
      const title = `\n${bold(printable(`${ranking.algorithm}.${ranking.score}`), terminal)}`;
      if (nothingIsDecided(ranking)) return `${title}\n  these samples cannot tell the models apart`;
      const lines = ranking.ranks.map(({ model, best, worst, value, n }) => {
        const place = best === worst ? `${best}` : `${best}–${worst}`;
        return `  ${place.padEnd(7)}${printable(model).padEnd(width)}  ${(value?.toFixed(3) ?? '–').padStart(9)}   n ${n}`;
      });
      return [title, ...lines].join('\n');
    })
    .join('\n');
}

/** Whether every model may have every place. */
function nothingIsDecided({ ranks }: ScoreRanking): boolean {
  return ranks.every(({ best, worst }) => best === 1 && worst === ranks.length) && ranks.length > 1;
}
