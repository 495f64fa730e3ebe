import { OpenedFile } from './files-beside.ts';
import { fromPlain } from './plain-values.ts';
import { NotInterpreted, raise } from './python-error.ts';
import { repr, str } from './show.ts';
import { Callable, Dict, iterate, type Keywords, Module, Tuple, type Value } from './values.ts';

/** Python's `json`. Numbers such as 2.0 read as 2, for JSON's own reader does not tell them apart. */
export function jsonModule(): Module {
  const load: Callable['call'] = ([file]) =>
    fromPlain(parseJson(file instanceof OpenedFile ? file.text : raise('TypeError', 'a file is wanted')));
  const loads: Callable['call'] = ([text]) => fromPlain(parseJson(text!));
  const dumps: Callable['call'] = ([value], keywords) => jsonText(value!, keywords);
  return new Module(
    'json',
    new Map(Object.entries({ load, loads, dumps }).map(([name, call]) => [name, new Callable(name, call)])),
  );
}

function parseJson(text: Value): unknown {
  try {
    return JSON.parse(str(text)) as unknown;
  } catch (cause) {
    return raise('ValueError', (cause as Error).message);
  }
}

/** `json.dumps` with its separators; `ensure_ascii` is Python's default. */
function jsonText(value: Value, keywords: Keywords): string {
  for (const key of keywords.keys()) if (key !== 'ensure_ascii') throw new NotInterpreted(`json.dumps(${key}=…)`);
  const text = (each: Value): string => {
    if (each === null || typeof each === 'boolean') return String(each);
    if (typeof each === 'bigint' || typeof each === 'number')
      return repr(each)
        .replace(/^(-?)inf$/, '$1Infinity')
        .replace('nan', 'NaN');
    if (typeof each === 'string') return jsonString(each, keywords.get('ensure_ascii') !== false);
    if (each instanceof Dict)
      return `{${[...each.pairs()].map(([key, of]) => `${jsonString(str(key), keywords.get('ensure_ascii') !== false)}: ${text(of)}`).join(', ')}}`;
    if (Array.isArray(each) || each instanceof Tuple) return `[${[...iterate(each)].map(text).join(', ')}]`;
    return raise('TypeError', 'Object is not JSON serializable');
  };
  return text(value);
}

function jsonString(text: string, isAscii: boolean): string {
  const quoted = JSON.stringify(text);
  return isAscii
    ? quoted.replaceAll(/[\u007f-\uffff]/g, (one) =>
        one === '\x7f' ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : quoted;
}
