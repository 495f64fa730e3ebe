/** What people will know the row by: its only variable, or all of them. */
export function varsText(vars: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(vars).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return entries.length === 1 ? entries[0]![1]! : entries.map(([name, value]) => `${name}: ${value}`).join('\n');
}
