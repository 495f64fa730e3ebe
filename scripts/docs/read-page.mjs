// What a page of the docs holds, as markdown-it reads it: blocks of code, headings, links.
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

export const markdown = new MarkdownIt({ html: true });

/**
 * @typedef {object} Block
 * @property {string} language console, yaml, json, ts …; '' where the page names none
 * @property {string | undefined} file the name that `title="…"` gives: a file of the reader's
 * @property {string | undefined} shown why it is shown and not run, as a comment above it says: `<!-- shown: needs AWS -->`
 * @property {string | undefined} runsAs what is run for its first command: `<!-- runs as: assay run x.yaml -->`
 * @property {string | undefined} given files of the repository that the reader has by now: `<!-- given: PATH as NAME, … -->`
 * @property {string | undefined} background what its command prints once it serves; it runs on, and is compared after the last block:
 *   `<!-- background: watching -->`
 * @property {boolean} isExact whether its output is the same on every machine and day: `<!-- exact: kept in files -->`
 * @property {string} text
 * @property {number} first line of its text in the page, from 0
 * @property {number} end line of its closing fence, from 0
 *
 * @typedef {object} Page
 * @property {readonly Block[]} blocks
 * @property {readonly { level: number, text: string, anchor: string }[]} headings
 * @property {readonly { target: string, line: number }[]} links with those of pictures
 * @property {string | undefined} start folder of a clone in which the reader begins: `<!-- start: examples/x -->`
 */

/** @returns {Page} */
export function readPage(text) {
  const tokens = markdown.parse(text, {});
  const slugger = new GithubSlugger();
  const page = { blocks: [], headings: [], links: [], start: undefined };
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'fence') page.blocks.push(blockOf(token, tokens[at - 1]));
    if (token.type === 'html_block') page.start ??= remark(token, 'start');
    if (token.type === 'heading_open') {
      const heading = plainText(tokens[at + 1]);
      page.headings.push({ level: Number(token.tag[1]), text: heading, anchor: slugger.slug(heading) });
    }
    for (const child of token.children ?? []) {
      const target = child.attrGet?.('href') ?? child.attrGet?.('src');
      if (target != null) page.links.push({ target, line: (token.map?.[0] ?? 0) + 1 });
    }
  }
  return page;
}

function blockOf({ info, content, map: [from, end] }, above) {
  const [, language, file] = /^(\S*)(?:\s+title="([^"]+)")?\s*$/.exec(info) ?? [];
  if (language === undefined) throw new Error(`line ${from + 1}: \`\`\`${info} is neither a language nor title="…"`);
  const remarks = {
    shown: remark(above, 'shown'),
    runsAs: remark(above, 'runs as'),
    given: remark(above, 'given'),
    background: remark(above, 'background'),
    isExact: remark(above, 'exact') !== undefined,
  };
  return { language, file, ...remarks, text: content, first: from + 1, end: end - 1 };
}

const remark = (token, word) =>
  token?.type === 'html_block'
    ? new RegExp(`^<!-- ${word}: (.+?) -->$`, 'm').exec(token.content.trim())?.[1]
    : undefined;

const plainText = ({ children }) =>
  children
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
