// The docs as a site that works from a folder, without a server and without a network: `npm run docs:site`, into .site/.
// VitePress and Starlight were looked at: both load modules and fetch their index, which browsers refuse to a folder's files.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import MiniSearch from 'minisearch';
import { readNav } from './nav.mjs';
import { pageHtml } from './page-html.mjs';
import { htmlOf, renderPage } from './render-page.mjs';

const OPTIONS = { fields: ['title', 'text', 'page'], storeFields: ['title', 'page'] };
/** A title says more than a text; a slip of the pen is forgiven in longer words. */
const HOW = { boost: { title: 4, page: 2 }, prefix: true, fuzzy: 0.15, combineWith: 'OR' };

/** Words of questions that say nothing of what is asked. */
const COMMON =
  'a an and are answer answers as at be can did do does for from get has have happens how i in is it its let many me model models my need of on one or run so that the there this to was what when where which why will with you'.split(
    ' ',
  );
const withoutCommonWords = (text) => {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{N}_-]+/u)
    .filter((word) => word !== '');
  const telling = words.filter((word) => !COMMON.includes(word));
  return (telling.length > 0 ? telling : words).join(' ');
};

/** @returns {Promise<{ pages: string[], search: (text: string) => { id: string, title: string, page: string }[] }>} */
export async function buildSite(root, into) {
  const groups = readNav(root);
  const files = ['README.md', 'docs/README.md', ...groups.flatMap(({ pages }) => pages.map(({ file }) => file))];
  const pages = new Set(files);
  const index = new MiniSearch(OPTIONS);
  await rm(into, { recursive: true, force: true });
  for (const file of files) {
    const page = renderPage(await readFile(join(root, file), 'utf8'), { file, root, pages });
    const html = htmlOf(file);
    await mkdir(dirname(join(into, html)), { recursive: true });
    await writeFile(join(into, html), pageHtml(page, { file, groups }));
    index.addAll(
      page.sections.map(({ title, anchor, text }) => ({ id: `${html}#${anchor}`, title, text, page: page.title })),
    );
  }
  await writeAssets(root, into, index);
  return { pages: files.map(htmlOf), search: (text) => index.search(withoutCommonWords(text), HOW) };
}

async function writeAssets(root, into, index) {
  const here = import.meta.dirname;
  const library = createRequire(import.meta.url)
    .resolve('minisearch')
    .replace(/cjs[/\\]index\.cjs$/, 'umd/index.js');
  const data = JSON.stringify({ index: index.toJSON(), options: OPTIONS, how: HOW, common: COMMON }).replaceAll(
    '</',
    '<\\/',
  );
  await writeFile(
    join(into, 'search-index.js'),
    `${await readFile(library, 'utf8')}\nconst SEARCH = ${data};\nSEARCH.withoutCommonWords = ${withoutCommonWords.toString().replace('COMMON', 'SEARCH.common')};\n`,
  );
  await cp(join(here, 'site.js'), join(into, 'site.js'));
  const styles = [join(root, 'packages/report/app/styles/tokens.css'), join(here, 'site.css')];
  await writeFile(join(into, 'site.css'), (await Promise.all(styles.map((file) => readFile(file, 'utf8')))).join('\n'));
  await cp(join(root, 'docs/images'), join(into, 'images'), { recursive: true });
}

if (process.argv[1] === import.meta.filename) {
  const into = resolve(process.argv[2] ?? '.site');
  const { pages } = await buildSite(resolve(import.meta.dirname, '../../..'), into);
  console.log(`${pages.length} pages in ${into}/index.html`);
}
