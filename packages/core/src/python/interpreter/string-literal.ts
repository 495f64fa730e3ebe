import type { Token } from './tokens.ts';

/** A string token taken apart. */
export interface StringLiteral {
  readonly isRaw: boolean;
  readonly isFormat: boolean;
  readonly isBytes: boolean;
  /** What stands between the quotes. */
  readonly body: string;
}

export function stringLiteral({ text }: Token): StringLiteral {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)("""|'''|"|')/.exec(text)!;
  const lower = prefix.toLowerCase();
  return {
    isRaw: lower.includes('r'),
    isFormat: lower.includes('f'),
    isBytes: lower.includes('b'),
    body: text.slice(prefix.length + quote.length, text.length - quote.length),
  };
}

const SIMPLE: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"', '\n': '' },
};
const ESCAPE = /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|N\{[^}]*\}|([\s\S]))/g;

/** The text that escapes stand for. @throws SyntaxError for a name of a character, which is not known here */
export function unescapePython(text: string): string {
  return text.replaceAll(ESCAPE, (whole, octal, two, four, eight, simple: string | undefined) => {
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const digits = two ?? four ?? eight;
    if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
    if (simple === undefined) throw new SyntaxError(`${whole}: names of characters are not known here`);
    return SIMPLE[simple] ?? whole;
  });
}
