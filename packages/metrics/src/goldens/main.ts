import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkGoldenRows } from './check-golden-rows.ts';
import { goldenTable } from './golden-table.ts';

/** `pnpm goldens DIR [NAME…]`: checks every golden file of a folder, or the named ones; exits 1 on any mismatch. */
function main(folder: string | undefined, names: readonly string[]): number {
  if (folder === undefined) {
    console.error('usage: pnpm goldens DIR [NAME…]');
    return 2;
  }
  const found = readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => file.slice(0, -'.jsonl'.length));
  const wanted = names.length > 0 ? names : found.sort();
  let rows = 0;
  let mismatches = 0;
  for (const name of wanted) {
    const adapter = goldenTable.find((candidate) => candidate.name === name);
    if (adapter === undefined || !found.includes(name)) {
      console.log(`${name.padEnd(32)} ${adapter === undefined ? 'no adapter' : 'no such file'}`);
      mismatches++;
      continue;
    }
    const outcome = checkGoldenRows(adapter, readFileSync(join(folder, `${name}.jsonl`), 'utf8'));
    rows += outcome.rows;
    mismatches += outcome.mismatches.length;
    console.log(
      `${name.padEnd(32)} ${String(outcome.rows).padStart(5)} rows ${String(outcome.mismatches.length).padStart(5)} mismatches   largest error ${outcome.largestError.toExponential(1)}`,
    );
    for (const { line, row, actual } of outcome.mismatches.slice(0, 3)) {
      console.log(`  line ${line}: ${JSON.stringify(row).slice(0, 1500)}\n    computed ${JSON.stringify(actual)}`);
    }
  }
  console.log(`goldens: ${rows} rows, ${mismatches} mismatches`);
  return mismatches === 0 && rows > 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2], process.argv.slice(3));
