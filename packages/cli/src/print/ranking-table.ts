import type { ScoreRanking } from '@assay/core';
import { bold, printable, type Terminal } from './terminal.ts';

/** Each score with the places that the paired comparisons leave open to each model. */
export function rankingTable(rankings: readonly ScoreRanking[], terminal: Terminal): string {
  const width = Math.max(...rankings.flatMap(({ ranks }) => ranks.map(({ model }) => printable(model).length)));
  return rankings
    .map(({ algorithm, score, ranks }) => {
      const lines = ranks.map(({ model, best, worst, value, n }) => {
        const place = best === worst ? `${best}` : `${best}–${worst}`;
        return `  ${place.padEnd(7)}${printable(model).padEnd(width)}  ${(value?.toFixed(3) ?? '–').padStart(9)}   n ${n}`;
      });
      return ['', bold(printable(`${algorithm}.${score}`), terminal), ...lines].join('\n');
    })
    .join('\n');
}
