/** What stands between list parts and after a key; `json.dumps`'s own default has blanks. */
export type Separators = readonly [part: string, key: string];

function ascii(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A number that is a float in Python: written with a point or an exponent, whole or not. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  /** Python's `repr`, which has the shortest digits too, but other bounds for the exponent. */
  toString(): string {
    const { value } = this;
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
    const [mantissa, written] = value.toExponential().split('e') as [string, string];
    const exponent = Number(written);
    if (exponent < -4 || exponent >= 16) {
      return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
    }
    const text = Object.is(value, -0) ? '-0' : String(value);
    return Number.isInteger(value) ? `${text}.0` : text;
  }
}

/** JSON as Python's `json.dumps` writes it by default: all ASCII. Keys without a value are left out. */
export function pythonJson(value: unknown, separators: Separators = [', ', ': ']): string {
  const [part, key] = separators;
  if (typeof value === 'string') return ascii(value);
  if (value instanceof PythonFloat) return value.toString();
  if (Array.isArray(value)) return `[${value.map((each) => pythonJson(each, separators)).join(part)}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${entries.map(([name, each]) => ascii(name) + key + pythonJson(each, separators)).join(part)}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
