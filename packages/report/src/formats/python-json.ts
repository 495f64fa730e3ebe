/** What stands between list parts and after a key; `json.dumps`'s own default has blanks. */
export type Separators = readonly [part: string, key: string];

function ascii(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** JSON as Python's `json.dumps` writes it by default: all ASCII. Keys without a value are left out. */
export function pythonJson(value: unknown, separators: Separators = [', ', ': ']): string {
  const [part, key] = separators;
  if (typeof value === 'string') return ascii(value);
  if (Array.isArray(value)) return `[${value.map((each) => pythonJson(each, separators)).join(part)}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${entries.map(([name, each]) => ascii(name) + key + pythonJson(each, separators)).join(part)}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
