// What a module imports, by the parser of the bundler: types too, re-exports and `await import()` too.
import { parseAst } from 'rolldown/parseAst';

/**
 * @param {string} file its name says whether it holds JSX
 * @param {string} text
 * @returns {{ source: string, kind: 'value' | 'type' | 'lazy' }[]}
 */
export function readImports(file, text) {
  /** @type {{ source: string, kind: 'value' | 'type' | 'lazy' }[]} */
  const found = [];
  const isType = ({ specifiers = [] }, kind) =>
    kind === 'type' ||
    (specifiers.length > 0 && specifiers.every((name) => (name.importKind ?? name.exportKind) === 'type'));
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const each of node) visit(each);
      return;
    }
    const source = node.source?.value;
    if (node.type === 'ImportDeclaration')
      found.push({ source, kind: isType(node, node.importKind) ? 'type' : 'value' });
    else if ((node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') && node.source !== null)
      found.push({ source, kind: isType(node, node.exportKind) ? 'type' : 'value' });
    else if (node.type === 'TSImportType') found.push({ source, kind: 'type' });
    else {
      if (node.type === 'ImportExpression' && typeof source === 'string') found.push({ source, kind: 'lazy' });
      for (const member of Object.values(node)) visit(member);
    }
  };
  visit(parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }).body);
  return found.filter(({ source }) => typeof source === 'string');
}
