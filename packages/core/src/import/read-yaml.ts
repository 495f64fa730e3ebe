import { type DocumentOptions, LineCounter, type ParseOptions, parseDocument, type SchemaOptions } from 'yaml';
import type { ConfigPath } from '../config/config-path.ts';
import { isDeeperThan } from '../config/is-deeper-than.ts';
import { selfReference } from '../config/self-reference.ts';
import { SourceMap } from '../config/source-map.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';

/** The files of the tools that are imported nest up to 20 levels. */
const MAX_DEPTH = 100;

export interface YamlText {
  readonly content: unknown;
  placeOf(path: ConfigPath): SourcePlace;
}

/**
 * Reads YAML or JSON of another tool.
 * @param shownAs how places name the file
 * @throws AssayError CONFIG_SYNTAX, for aliases without an anchor or within their own value and for deep values, too
 */
export function readYaml(
  text: string,
  shownAs: string,
  options: ParseOptions & DocumentOptions & SchemaOptions = { merge: true },
): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...options, lineCounter: lines, logLevel: 'silent' });
  const map = new SourceMap(document, lines, shownAs);
  const refused = (message: string, at: SourcePlace) =>
    new AssayError('CONFIG_SYNTAX', message.split('\n')[0] ?? message, { at });

  const [error] = document.errors;
  if (error !== undefined) throw refused(error.message, map.placeOfOffset(error.pos[0]));
  const circle = selfReference(document);
  if (circle !== undefined) {
    throw refused(
      `*${circle.source} stands within the value that it refers to`,
      map.placeOfOffset(circle.range?.[0] ?? 0),
    );
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (thrown) {
    throw refused((thrown as Error).message, map.placeOf([]));
  }
  if (isDeeperThan(content, MAX_DEPTH)) {
    throw refused(`a value is nested more than ${MAX_DEPTH} levels deep`, map.placeOf([]));
  }
  return { content, placeOf: (path) => map.placeOf(path) };
}
