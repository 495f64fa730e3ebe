/** What the terminal can do: colour and redrawing only where a person is looking. */
export interface Terminal {
  readonly colour: boolean;
  readonly redraw: boolean;
  readonly columns: number;
}

export function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, display: string | undefined): Terminal {
  const isTerminal = stream.isTTY === true && env.TERM !== 'dumb';
  const plain = display === 'plain' || display === 'none' || env.CI !== undefined;
  const colour = env.NO_COLOR === undefined && (env.FORCE_COLOR !== undefined || (isTerminal && !plain));
  return { colour, redraw: isTerminal && !plain, columns: stream.columns ?? columnsBy(env) };
}

/** Where nothing says how wide a screen is, 80 columns fit everywhere. */
function columnsBy({ COLUMNS = '' }: NodeJS.ProcessEnv): number {
  return /^[1-9]\d{1,4}$/.test(COLUMNS) ? Number(COLUMNS) : 80;
}

// Control characters (C0, DEL, C1), those that reorder text, and line and paragraph separators.
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Model output and file names may hold escape sequences: nothing of theirs may drive the terminal. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same of a text of several lines, which stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

export function dim(text: string, terminal: Terminal): string {
  return terminal.colour ? `\u001b[2m${text}\u001b[22m` : text;
}

export function bold(text: string, terminal: Terminal): string {
  return terminal.colour ? `\u001b[1m${text}\u001b[22m` : text;
}
