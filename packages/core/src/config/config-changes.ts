import { parseDocument } from 'yaml';
import { type ConfigPath, formatPath } from './config-path.ts';
import { withoutExtensions } from './extension-keys.ts';

/** The keys in which two texts of a config differ, such as `models[0].limits.timeout_s`; comments and `x-` keys are none. */
export function configChanges(before: string, after: string): string[] {
  const paths: string[] = [];
  collect(dataOf(before), dataOf(after), [], paths);
  return paths;
}

function dataOf(text: string): unknown {
  return withoutExtensions(parseDocument(text, { merge: true, prettyErrors: false }).toJS());
}

function collect(before: unknown, after: unknown, path: ConfigPath, paths: string[]): void {
  if (!isHolder(before) || !isHolder(after) || Array.isArray(before) !== Array.isArray(after)) {
    if (before !== after) paths.push(formatPath(path));
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    collect(before[key], after[key], [...path, Array.isArray(before) ? Number(key) : key], paths);
  }
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
