import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkGoldenRows, goldenRowsByMethod } from './check-golden-rows.ts';
import { goldenTable } from './golden-table.ts';

/**
 * `pnpm goldens DIR [NAME…]`: checks every golden file of a folder, or the named ones; exits 1 on any mismatch. A file is
 * of one kind, that of its name, or its rows each name their `method`.
 */
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
    if (!found.includes(name)) {
      console.log(`${name.padEnd(32)} no such file`);
      mismatches++;
      continue;
    }
    for (const [method, jsonl] of goldenRowsByMethod(readFileSync(join(folder, `${name}.jsonl`), 'utf8'))) {
      const outcome = checkKind(method === '' ? name : method, jsonl);
      rows += outcome.rows;
      mismatches += outcome.mismatches;
    }
  }
  console.log(`goldens: ${rows} rows, ${mismatches} mismatches`);
  return mismatches === 0 && rows > 0 ? 0 : 1;
}

function checkKind(kind: string, jsonl: string): { readonly rows: number; readonly mismatches: number } {
  const adapter = goldenTable.find((candidate) => candidate.name === kind);
  if (adapter === undefined) {
    console.log(`${kind.padEnd(32)} no adapter`);
    return { rows: 0, mismatches: 1 };
  }
  const outcome = checkGoldenRows(adapter, jsonl);
  console.log(
    `${kind.padEnd(32)} ${String(outcome.rows).padStart(5)} rows ${String(outcome.mismatches.length).padStart(5)} mismatches   largest error ${outcome.largestError.toExponential(1)}`,
  );
  for (const { line, row, actual } of outcome.mismatches.slice(0, 3)) {
    console.log(`  line ${line}: ${JSON.stringify(row).slice(0, 1500)}\n    computed ${JSON.stringify(actual)}`);
  }
  return { rows: outcome.rows, mismatches: outcome.mismatches.length };
}

process.exitCode = main(process.argv[2], process.argv.slice(3));
