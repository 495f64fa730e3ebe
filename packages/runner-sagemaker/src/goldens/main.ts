import { readFileSync } from 'node:fs';
import { compareRows } from './compare-rows.ts';
import { Documents } from './documents.ts';

/** `npm run goldens:jumpstart -- DOCUMENTS GOLDENS`: exits 1 on any row that differs by more than known defects of the SDK. */
function main(folder: string | undefined, file: string | undefined): number {
  if (folder === undefined || file === undefined) {
    console.error('usage: npm run goldens:jumpstart -- DOCUMENTS GOLDENS');
    return 2;
  }
  const { rows, equal, defects, mismatches } = compareRows(new Documents(folder), readFileSync(file, 'utf8'));
  for (const { line, row, differences } of mismatches.slice(0, 20)) {
    console.log(
      `line ${line}: ${row.document} ${row.scope} ${row.instance_type ?? ''} ${row.region} ${row.config ?? ''}`,
    );
    for (const { place, expected, actual } of differences.slice(0, 5))
      console.log(
        `  ${place}: expected ${JSON.stringify(expected)?.slice(0, 300)}, got ${JSON.stringify(actual)?.slice(0, 300)}`,
      );
  }
  for (const [name, lines] of defects)
    console.log(`defect of AWS’s SDK in ${lines.length} rows: ${name}\n  lines ${lines.join(' ')}`);
  const explained = rows - equal - mismatches.length;
  console.log(
    `goldens: ${rows} rows, ${equal} equal, ${explained} differ by defects of AWS’s SDK alone, ${mismatches.length} mismatches`,
  );
  return mismatches.length === 0 && rows > 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2], process.argv[3]);
