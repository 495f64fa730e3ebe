import { type Difference, differences } from './differences.ts';
import type { Documents } from './documents.ts';
import { type GoldenRow, goldenRow } from './golden-row.ts';
import { hostingView } from './hosting-view.ts';
import { flagsView, hubVersionView, readManifests, validationView, versionView } from './other-views.ts';
import { payloadView } from './payload-view.ts';
import { respelledPayloads, SDK_DEFECTS, SPELLING } from './sdk-defects.ts';
import { trainingView } from './training-view.ts';

export interface Comparison {
  readonly rows: number;
  readonly equal: number;
  /** Rows that differ by known defects of AWS's SDK alone, by the defect's name. */
  readonly defects: ReadonlyMap<string, readonly number[]>;
  readonly mismatches: readonly {
    readonly line: number;
    readonly row: GoldenRow;
    readonly differences: readonly Difference[];
  }[];
}

/** Holds our resolver against rows of AWS's SDK. @param text JSON lines */
export function compareRows(documents: Documents, text: string): Comparison {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => goldenRow.parse(JSON.parse(line)));
  const manifests = readManifests(rows);
  const defects = new Map<string, number[]>();
  const mismatches: { line: number; row: GoldenRow; differences: readonly Difference[] }[] = [];
  let equal = 0;
  rows.forEach((row, i) => {
    const named = new Set<string>();
    const view = row.scope === 'manifest' ? undefined : comparable(viewOf(row, documents, manifests), row);
    const respelled = respelledPayloads(view, row);
    if (JSON.stringify(respelled) !== JSON.stringify(view)) named.add(SPELLING);
    const found = row.scope === 'manifest' ? [] : differences(row.expected, respelled);
    const unexplained = found.filter(({ place, expected, actual }) => {
      const defect = SDK_DEFECTS.find((each) => each.explains(row, place, expected, actual));
      if (defect !== undefined) named.add(defect.name);
      return defect === undefined;
    });
    if (found.length === 0 && named.size === 0) equal += 1;
    else if (unexplained.length > 0) mismatches.push({ line: i + 1, row, differences: unexplained });
    else for (const name of named) defects.set(name, [...(defects.get(name) ?? []), i + 1]);
  });
  return { rows: rows.length, equal, defects, mismatches };
}

function viewOf(row: GoldenRow, documents: Documents, manifests: ReturnType<typeof readManifests>): unknown {
  if (row.scope === 'version') return versionView(row, manifests);
  if (row.scope === 'hub-version') return hubVersionView(row);
  const view = VIEWS.get(row.scope);
  if (view === undefined) throw new TypeError(`no rows of scope ${row.scope} are known`);
  return view(documents.of(row), row);
}

const VIEWS = new Map<string, typeof hostingView>([
  ['hosting', hostingView],
  ['training', trainingView],
  ['payload', payloadView],
  ['hyperparameter-validation', validationView],
  ['flags', flagsView],
]);

/** Only what the row speaks of: the parts of a request that it does not hold are not compared. */
function comparable(view: unknown, { expected }: GoldenRow): unknown {
  if (typeof expected !== 'object' || expected === null || typeof view !== 'object' || view === null) return view;
  if ('error' in expected || 'error' in view) return view;
  return Object.fromEntries(Object.entries(view).filter(([key]) => key in expected));
}
