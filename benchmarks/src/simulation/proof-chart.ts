import type { Found } from './cell.ts';

const WIDTH = 860;
const LEFT = 330;
const ROW = 22;
const TOP = 40;
const FROM = 0.8;

/** One line for each group: its cells' coverage (1 − error) as dots, what was printed before as rings; a line at 94 %. */
export function proofChart(all: readonly Found[]): string {
  const covers = ({ cell: { measure } }: Found) => measure !== 'power' && measure !== 'ratio';
  const groups = [...new Set(all.filter(covers).map(({ cell }) => cell.group))];
  const height = TOP + groups.length * ROW + 40;
  const rows = groups.map((group, at) => groupRow(all, group, TOP + at * ROW + ROW / 2));
  const ticks = [0.8, 0.85, 0.9, 0.94, 1].map(
    (share) =>
      `<line x1="${x(share)}" x2="${x(share)}" y1="${TOP}" y2="${height - 40}" stroke="${share === 0.94 ? '#b3261e' : '#d0d4da'}"/><text x="${x(share)}" y="${height - 24}" text-anchor="middle">${Math.round(100 * share)} %</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Coverage of every simulated cell">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="12" y="20">Coverage, or 100 % less the error, of each simulated cell: filled now, hollow before (below 80 % at the edge)</text>
${ticks.join('\n')}
${rows.join('\n')}
</svg>
`;
}

function groupRow(all: readonly Found[], group: string, y: number): string {
  const cells = all.filter(({ cell }) => cell.group === group);
  const good = (value: number, { cell }: Found) => (cell.measure === 'error' ? 1 - value : value);
  const before = cells.flatMap((each) =>
    each.before === null
      ? []
      : [`<circle cx="${x(good(each.before, each))}" cy="${y - 3}" r="2.5" fill="none" stroke="#9aa3af"/>`],
  );
  const now = cells.flatMap((each) =>
    each.value === null
      ? []
      : [
          `<circle cx="${x(good(each.value, each))}" cy="${y + 3}" r="2.5" fill="${each.passes ? '#1d5fa8' : '#b3261e'}"/>`,
        ],
  );
  return `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${shortened(group)}</text>${before.join('')}${now.join('')}`;
}

function shortened(group: string): string {
  return group.replace(/ \(before.*$/, '').slice(0, 52);
}

function x(share: number): string {
  return (LEFT + ((Math.max(FROM, share) - FROM) / (1 - FROM)) * (WIDTH - LEFT - 30)).toFixed(1);
}
