import { type Alias, type Document, type Node, visit } from 'yaml';

/** The first alias that stands within what it names (`k: &a [*a]`): such a value has no end. */
export function selfReference(document: Document): Alias | undefined {
  let found: Alias | undefined;
  visit(document, {
    Alias: (_, alias, path) => {
      if (!path.includes(alias.resolve(document) as Node)) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}
