const known = new WeakMap<object, Map<string, unknown>>();

/** What was made of a column before, under a name that says how; it goes when the column goes. */
export function remember<Made>(column: object, name: string, make: () => Made): Made {
  const own = known.get(column) ?? new Map<string, unknown>();
  known.set(column, own);
  if (!own.has(name)) own.set(name, make());
  return own.get(name) as Made;
}
