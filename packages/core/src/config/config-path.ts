/** Keys and positions that lead to a value: `['models', 0, 'name']`. */
export type ConfigPath = readonly PropertyKey[];

/** A path as people write it: `models[0].local.threads`. */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const step of path)
    text += typeof step === 'number' ? `[${step}]` : text === '' ? String(step) : `.${String(step)}`;
  return text === '' ? 'the file' : text;
}
