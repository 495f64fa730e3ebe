import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import { runPython } from './code-python.ts';
import { type CodeResult, runJavascript } from './code-worker.ts';

/** How long a check's code may take. */
const CODE_MS = 10_000;

export interface CheckCode {
  readonly language: 'javascript' | 'python';
  /** An expression or a function's body; or `file:///path/check.js:name`. */
  readonly code: string;
  /** SHA-256 of that file as it was when the check was written. */
  readonly sha256?: string | undefined;
  /** The function of a Python file that is called where none is named. @default 'get_assert' */
  readonly entry?: string | undefined;
}

export interface CheckVerdict {
  readonly pass: boolean;
  readonly score: number;
}

/**
 * Runs a check's code on an output, as promptfoo does: true or false, a number against the threshold, or an object with
 * `pass` and `score`. Code that fails is a check that does not hold.
 * @returns a reason where nobody can say: `code_too_slow`, `code_changed`
 */
export function codeVerdict(
  check: CheckCode,
  output: unknown,
  context: unknown,
  threshold: number | undefined,
): CheckVerdict | string {
  const result = runCheckCode(check, output, context);
  if (typeof result === 'string') return result;
  return result.ok ? verdictOf(result.value, threshold, check.language) : { pass: false, score: 0 };
}

/**
 * What a row's own code makes of its metrics' scores: an object with `pass` and `score`. Code that fails is a row that does not pass.
 * @returns a reason as above
 */
export function scoringVerdict(
  { file, sha256 }: { readonly file: string; readonly sha256: string },
  metrics: Readonly<Record<string, number>>,
  context: { readonly threshold: number | undefined; readonly componentResults: readonly object[] },
): CheckVerdict | string {
  const language = /\.py(?::\w+)?$/.test(file) ? 'python' : 'javascript';
  const code = { language, code: file, sha256, entry: 'func' } as const;
  const result = runCheckCode(code, metrics, { ...context, tokensUsed: {} });
  if (typeof result === 'string') return result;
  const { pass, score, reason } = (result.ok && isRecord(result.value) ? result.value : {}) as Record<string, unknown>;
  // promptfoo takes no verdict without a reason.
  if (typeof pass !== 'boolean' || typeof score !== 'number' || typeof reason !== 'string')
    return { pass: false, score: 0 };
  return { pass, score };
}

/** The text that code makes of an output; anything else than a text as JSON. @returns a reason as above, with `failed` */
export function transformed(
  check: CheckCode,
  output: unknown,
  context: unknown,
): { readonly text: string; readonly value: unknown } | { readonly failed: string } {
  const result = runCheckCode(check, output, context);
  if (typeof result === 'string') return { failed: result };
  if (!result.ok) return { failed: `transform_failed(${result.message.slice(0, 80)})` };
  const { value } = result;
  if (value === undefined || value === null) return { failed: 'transform_gives_nothing' };
  return { text: typeof value === 'string' ? value : JSON.stringify(value), value };
}

function runCheckCode(
  { language, code, sha256, entry }: CheckCode,
  output: unknown,
  context: unknown,
): CodeResult | string {
  const job = {
    ...(code.startsWith('file://') ? fileOf(code, entry) : { body: bodyOf(language, code) }),
    output,
    context,
  };
  if ('file' in job && sha256 !== undefined && digestOf(job.file) !== sha256) return 'code_changed';
  const result = language === 'javascript' ? runJavascript(job, CODE_MS) : runPython(job, CODE_MS);
  if (!result.ok && /ENOENT/.test(result.message) && language === 'python') {
    throw new AssayError('SCORING_FAILED', 'a check is written in Python, and there is no python3 on the PATH');
  }
  return !result.ok && result.isLate === true ? 'code_too_slow' : result;
}

function fileOf(code: string, entry: string | undefined): { readonly file: string; readonly name: string | undefined } {
  const [, url = code, name] = /^(file:.*\.\w+):(\w+)$/.exec(code) ?? [];
  return { file: fileURLToPath(url), name: name ?? (url.endsWith('.py') ? entry : undefined) };
}

const digests = new Map<string, string>();

function digestOf(file: string): string {
  let digest = digests.get(file);
  if (digest === undefined) {
    digest = createHash('sha256').update(readFileSync(file)).digest('hex');
    digests.set(file, digest);
  }
  return digest;
}

function bodyOf(language: CheckCode['language'], code: string): string {
  if (language === 'javascript') return code.trimEnd().includes('\n') ? code : expressionBody(code);
  if (!code.includes('\n')) return `    return ${code.trim()}`;
  const indent = /^( +|\t+)\S/m.exec(code)?.[1] ?? '    ';
  return code
    .split('\n')
    .map((line) => indent + line)
    .join('\n');
}

/** `const x = …; x > 1` returns its last expression, anything else itself. */
function expressionBody(text: string): string {
  const code = text.trim().replace(/;+\s*$/, '');
  const at = /^(?:const|let|var)\s/.test(code) ? lastSeparator(code) : -1;
  if (at < 0) return /^(?:const|let|var)\s/.test(code) ? code : `return ${code}`;
  return `${code.slice(0, at + 1)} return ${code.slice(at + 1).trim()}`;
}

/** The last semicolon outside of quotes. */
function lastSeparator(code: string): number {
  let [quote, last] = ['', -1];
  for (let at = 0; at < code.length; at += 1) {
    const character = code[at]!;
    if (character === '\\') at += 1;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (`'"\``.includes(character)) quote = character;
    else if (character === ';') last = at;
  }
  return last;
}

function verdictOf(value: unknown, threshold: number | undefined, language: CheckCode['language']): CheckVerdict {
  if (typeof value === 'boolean') return { pass: value, score: Number(value) };
  if (typeof value === 'number' && Number.isFinite(value)) {
    return { pass: threshold === undefined ? value > 0 : value >= threshold, score: value };
  }
  const isPython = language === 'python';
  if (isPython && typeof value === 'string') return verdictOf(valueOfText(value), threshold, 'javascript');
  const pass = isRecord(value) ? (value.pass ?? (isPython ? value.pass_ : undefined)) : undefined;
  if (!isRecord(value) || typeof pass !== 'boolean' || typeof value.score !== 'number')
    return { pass: false, score: 0 };
  // The threshold bears on what Python says as a whole, not on what JavaScript does.
  const isEnough = !isPython || threshold === undefined || value.score >= threshold;
  return { pass: pass && isEnough, score: value.score };
}

/** Python's results as texts: `"true"`, a number, an object as JSON. */
function valueOfText(text: string): unknown {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
