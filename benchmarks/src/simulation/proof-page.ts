import type { Found, Page } from './cell.ts';

const STATISTICS = `# What the intervals and tests do, simulated

Made by \`npm run simulate\`, with the functions that \`assay\` itself calls (\`@assay/metrics\`) and fixed seeds; the methods and their
sources are in [statistics](../../docs/statistics.md). Nominal is 95 % everywhere. A cell passes at 94 % coverage or more, or 5.5 % error or
less, with half a point of noise allowed to coverage; cells near their limit get up to 8,000 runs, others 1,000. In brackets stands
what was printed before: Student's interval, or the test that belongs to it. "×1.2" is the mean width as a multiple of an oracle's
that knows the spread. Ratios are of widths, in %, and pass within 0 to 105 (betting's is guaranteed for any source). **Bold** cells miss their limit. "refused" cells have no answer, which is said in place of an interval.

![Coverage by cell](../../docs/images/statistics-proof.svg)
`;

const JUDGES = `# What judged estimates do, simulated

Made by \`npm run simulate -- --page judges\`, with the functions that \`assay\` itself calls (\`@assay/metrics\`) and fixed seeds; the
method and its sources are in [judges](../../docs/judges.md). Columns are labels of all samples. Nominal is 95 % everywhere. A cell passes at
94 % coverage or more, with half a point of noise allowed; cells near their limit get up to 2,000 runs, others
500 (97 % is then known to ± 0.8 points), and widths 250. In brackets stands PPI++ as published. "×0.74" is the mean width as a multiple of that of the labels alone; in no run was it
wider. Ratios are of widths, in %, and pass within 0 to 100 (fewer labels for the same width) or 90 to 110 (a plan). **Bold** cells miss
their limit.

![Coverage by cell](../../docs/images/judges-proof.svg)
`;

const HEADS: Readonly<Record<Page, string>> = { statistics: STATISTICS, judges: JUDGES };

/** The page that shows every cell of its part of the grid. */
export function proofPage(all: readonly Found[], page: Page): string {
  const groups = [...new Set(all.map(({ cell }) => cell.group))];
  return `${[HEADS[page], summary(all, groups), ...groups.map((group) => section(all, group))].join('\n')}`;
}

function summary(all: readonly Found[], groups: readonly string[]): string {
  const rows = groups.map((group) => {
    const found = all.filter(({ cell }) => cell.group === group);
    const values = found.flatMap(({ value }) => (value === null ? [] : [value]));
    const before = found.flatMap((each) => (each.before === null ? [] : [each.before]));
    const { measure } = found[0]!.cell;
    const worst = (figures: readonly number[]) =>
      figures.length === 0
        ? '–'
        : percent(measure === 'error' || measure === 'ratio' ? Math.max(...figures) : Math.min(...figures));
    const missed = found.filter(({ passes }) => !passes).length;
    const refused = found.filter(({ refused: share }) => share === 1).length;
    return `| ${group} | ${measure} | ${found.length} | ${worst(values)} | ${worst(before)} | ${refused} | ${missed} |`;
  });
  return [
    '| cases | measure | cells | worst | worst before | refused | missed |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function section(all: readonly Found[], group: string): string {
  const found = all.filter(({ cell }) => cell.group === group);
  const sizes = [...new Set(found.map(({ cell }) => cell.size))];
  const shapes = [...new Set(found.map(({ cell }) => cell.shape))];
  const rows = shapes.map((shape) => {
    const cells = sizes.map((size) => found.find(({ cell }) => cell.shape === shape && cell.size === size));
    return `| ${shape} | ${cells.map(cellText).join(' | ')} |`;
  });
  const head = `| ${found[0]!.cell.measure}, % | ${sizes.join(' | ')} |`;
  return [`## ${group}`, head, `|---|${sizes.map(() => '---').join('|')}|`, ...rows, ''].join('\n');
}

function cellText(found: Found | undefined): string {
  if (found === undefined) return '';
  const { value, width, widthBefore, before, refused, passes } = found;
  if (value === null) return 'refused';
  const figure = passes ? percent(value) : `**${percent(value)}**`;
  const times = (multiple: number | null) => (multiple === null ? '' : ` ×${multiple.toPrecision(3)}`);
  const wide = times(width);
  const was = before === null ? '' : ` (${percent(before)}${times(widthBefore)})`;
  const none = refused < 0.001 ? '' : `, ${percent(refused)} refused`;
  return `${figure}${wide}${was}${none}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
