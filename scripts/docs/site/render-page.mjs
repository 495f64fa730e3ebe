// One page of Markdown as HTML that opens from a folder, without a server.
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

/** Characters of code that stay on one line: in a table's cell, and in running text on the narrowest screen. */
const UNBROKEN = { short: 12, whole: 24 };

/** Where a page of the repository lies in the site; undefined for what is no page of it. */
export const htmlOf = (file) =>
  file === 'README.md'
    ? 'index.html'
    : file
        .replace(/^docs\//, '')
        .replace(/\.md$/, '.html')
        .toLowerCase();

/**
 * @param {string} text
 * @param {{ file: string, root: string, pages: ReadonlySet<string> }} place
 * @returns {{ title: string, html: string, sections: { title: string, anchor: string, text: string }[] }}
 */
export function renderPage(text, place) {
  const markdown = new MarkdownIt({ html: false });
  markdown.renderer.rules.fence = (tokens, at) => codeBlock(tokens[at], markdown.utils.escapeHtml);
  // Short code stays on its line: an option broken at its hyphens cannot be read.
  markdown.renderer.rules.code_inline = (all, at) => {
    const { content } = all[at];
    const name = Object.keys(UNBROKEN).find((each) => content.length <= UNBROKEN[each]);
    return `<code${name === undefined ? '' : ` class="${name}"`}>${markdown.utils.escapeHtml(content)}</code>`;
  };
  let tables = 0;
  markdown.renderer.rules.table_open = () => {
    tables += 1;
    return `<div class="wide" tabindex="0" role="region" aria-label="Table ${tables}"><table>`;
  };
  markdown.renderer.rules.table_close = () => '</table></div>';
  // A table without a heading row has an empty one, which says nothing to anyone.
  const source = text
    .replaceAll(/(\S *)<!-- figure: .*? -->/g, '$1')
    .replaceAll(/(\S)<!-- \/figure -->/g, '$1')
    .replaceAll(/^<!--[\s\S]*?-->\n/gm, '')
    .replaceAll(/\n<!-- .*? -->\n/g, '\n');
  const tokens = markdown.parse(source, {});
  const slugger = new GithubSlugger();
  const sections = [];
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const title = plainText(tokens[at + 1]);
      const anchor = slugger.slug(title);
      token.attrSet('id', anchor);
      sections.push({ title, anchor, text: '' });
    } else if (sections.length > 0) sections.at(-1).text += wordsOf(token, tokens[at - 1]);
    for (const [nth, child] of (token.children ?? []).entries())
      if (isLost(child, place)) unlink(token.children.slice(nth));
  }
  const html = markdown.renderer
    .render(tokens, markdown.options, {})
    .replaceAll(/<thead>\s*<tr>\s*(<th[^>]*><\/th>\s*)+<\/tr>\s*<\/thead>/g, '');
  return { title: sections[0]?.title ?? place.file, html, sections };
}

function codeBlock({ info, content }, escapeHtml) {
  const [, language, title] = /^(\S*)(?:\s+title="([^"]+)")?/.exec(info);
  const lines = content
    .trimEnd()
    .split('\n')
    .map((line) => (language === 'console' && line.startsWith('$ ') ? `<b>${escapeHtml(line)}</b>` : escapeHtml(line)));
  const caption = title === undefined ? '' : `<figcaption>${escapeHtml(title)}</figcaption>`;
  return `<figure>${caption}<pre tabindex="0"><code>${lines.join('\n')}</code></pre></figure>\n`;
}

/** Leads a link to the HTML of its page. @returns {boolean} whether it leads out of the site, into the repository's files */
function isLost(token, { file, root, pages }) {
  const name = ['href', 'src'].find((each) => token.attrGet?.(each) != null);
  const target = name === undefined ? '' : token.attrGet(name);
  if (name === undefined || /^([a-z]+:|#)/i.test(target)) return false;
  const [path, anchor] = target.split('#');
  const found = join(dirname(file), path);
  const from = dirname(htmlOf(file));
  if (pages.has(found))
    token.attrSet(name, `${relative(from, htmlOf(found))}${anchor === undefined ? '' : `#${anchor}`}`);
  else if (name === 'src' && existsSync(join(root, found)))
    token.attrSet(name, relative(from, found.replace(/^docs\//, '')));
  else return name === 'href';
  return false;
}

/** The text of a link whose file is not part of the site stands for itself. */
function unlink(tokens) {
  const close = tokens.find(({ type }) => type === 'link_close');
  for (const token of [tokens[0], close]) Object.assign(token, { tag: 'span', attrs: null });
}

const plainText = ({ children }) =>
  children
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');

const wordsOf = ({ type, content, children }, before) => {
  if (type === 'fence') return ` ${content}`;
  return type === 'inline' && before.type !== 'heading_open' ? ` ${plainText({ children })}` : '';
};
