import { formatOfFile } from '../file-format.ts';

/** Which objects of a bucket a location means: a folder's data files, or what fits a glob. */
export interface ObjectPattern {
  /** What every key begins with: what a listing asks for. */
  readonly prefix: string;
  /** The folder that the local paths start in, with a slash at its end; empty for the whole bucket. */
  readonly root: string;
  matches(key: string): boolean;
}

const WILDCARD = /[*?[{]/;
const TOKENS = /(\*\*\/)|(\*\*)|(\*)|(\?)|\[(!?)([^\]/]+)\]|\{([^{}]*)\}/g;

/** Whether a key may stand for several objects: a folder, a glob, or anything without the ending of a data file. */
export function isObjectPattern(key: string): boolean {
  return WILDCARD.test(key) || formatOfFile(key) === undefined;
}

/** A key as a folder; as a glob where it has wildcards: `*` and `?` within a folder, `**` across, `[a-z]`, `{a,b}`. */
export function objectPattern(key: string): ObjectPattern {
  const wildcard = key.search(WILDCARD);
  if (wildcard < 0) {
    const root = key.endsWith('/') ? key : `${key}/`;
    return { prefix: root, root, matches: (each) => each.startsWith(root) && formatOfFile(each) !== undefined };
  }
  const prefix = key.slice(0, wildcard);
  const pattern = new RegExp(`^${globSource(key)}$`, 'su');
  return {
    prefix,
    root: prefix.slice(0, prefix.lastIndexOf('/') + 1),
    matches: (each) => !each.endsWith('/') && pattern.test(each),
  };
}

function globSource(glob: string): string {
  let source = '';
  let end = 0;
  for (const match of glob.matchAll(TOKENS)) {
    const [whole, folders, anything, part, one, not, set, choices] = match;
    source += literal(glob.slice(end, match.index));
    end = match.index + whole.length;
    if (folders !== undefined) source += '(?:[^/]+/)*';
    else if (anything !== undefined) source += '.*';
    else if (part !== undefined) source += '[^/]*';
    else if (one !== undefined) source += '[^/]';
    else if (set !== undefined) source += `[${not === '!' ? '^/' : ''}${set.replace(/[\\^[\]]/g, '\\$&')}]`;
    else source += `(?:${(choices ?? '').split(',').map(literal).join('|')})`;
  }
  return source + literal(glob.slice(end));
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
