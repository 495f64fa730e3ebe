// Every page of the docs as a reader meets it: links lead somewhere, files parse, commands print what is shown.
// Usage: node scripts/docs/main.mjs [--write] [--links] [page…]
//   --write  puts what was printed in place of what is shown, times and names of runs too
//   --links  looks at links and files alone, and runs nothing
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { figureProblems, sourceProblems, withFigures } from './check-figures.mjs';
import { fragmentProblems } from './check-fragment.mjs';
import { linkProblems } from './check-links.mjs';
import { snippetProblems } from './check-snippets.mjs';
import { countSpoken, countWords, MOST_SPOKEN, MOST_WORDS, wordProblems } from './count-words.mjs';
import { dataProblems } from './data-blocks.mjs';
import { figuresOf } from './figures.mjs';
import { pagesOf } from './pages.mjs';
import { MADE_ON, processorKind } from './processor.mjs';
import { readPage } from './read-page.mjs';
import { readersEnvironment } from './readers-environment.mjs';
import { followPage } from './run-page.mjs';

const { values: flags, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false }, links: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const root = resolve(import.meta.dirname, '../..');
const pages = positionals.length > 0 ? positionals.map((page) => resolve(page)) : await pagesOf(root);
const figures = figuresOf(await import('../../packages/metrics/dist/index.js'));
/** Of all pages: the compiler starts once. */
const snippets = [];
const LANGUAGES = new Set(['console', 'yaml', 'json', 'jsonl', 'csv', 'ts', 'js', 'sql', 'text']);
let problems = 0;
/** Places, by the reason why they are not run. */
const shown = new Map();

async function checkPage(file, env) {
  const name = relative(root, file);
  const text = await readFile(file, 'utf8');
  if (flags.write) await writeFile(file, withFigures(text, figures));
  const page = readPage(text);
  const found = linkProblems(file, page);
  if (/^(README|docs)/.test(name) && name !== 'docs/commands.md')
    found.push(
      ...figureProblems(flags.write ? withFigures(text, figures) : text, figures, name),
      ...dataProblems(text, name),
    );
  for (const block of page.blocks) {
    if (!LANGUAGES.has(block.language))
      found.push(
        `${block.first}: \`${block.language}\` is none of the languages of blocks: ${[...LANGUAGES].join(', ')}`,
      );
    if (block.shown !== undefined)
      shown.set(block.shown, [...(shown.get(block.shown) ?? []), `${name}:${block.first}`]);
    else if (block.language === 'ts' && block.file === undefined) snippets.push({ page: name, ...block });
    else if (block.language === 'text' && block.file === undefined)
      found.push(`${block.first}: a text that nothing makes: \`<!-- shown: why -->\``);
    else if (block.file === undefined && /^(yaml|jsonl?)$/.test(block.language))
      found.push(...fragmentProblems(block).map((problem) => `${block.first}: ${problem}`));
  }
  if (!flags.links) found.push(...(await commandProblems(file, env)));
  problems += found.length;
  console.log(`  ${found.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`);
  for (const each of found) console.log(`        ${name}:${each.replaceAll('\n', '\n          ')}`);
}

/** Of the whole manual, whichever pages were asked for. */
async function readWords() {
  const files = (await pagesOf(root)).map((file) => relative(root, file)).filter((name) => name.startsWith('docs/'));
  const texts = await Promise.all(files.map(async (name) => [name, await readFile(join(root, name), 'utf8')]));
  const [all, spoken] = [countWords, countSpoken].map((count) => texts.reduce((sum, [, text]) => sum + count(text), 0));
  const found = wordProblems(texts);
  problems += found.length;
  const told = `docs/ has ${all} words (at most ${MOST_WORDS}), ${spoken} of them with a letter or a digit (${MOST_SPOKEN})`;
  console.log([`  ${found.length === 0 ? 'ok  ' : 'FAIL'}  ${told}`, ...found].join('\n        '));
}

function readSources() {
  const found = sourceProblems(root);
  problems += found.length;
  console.log(
    [`  ${found.length === 0 ? 'ok  ' : 'FAIL'}  figures in prose are those of their sources`, ...found].join(
      '\n        ',
    ),
  );
}

/** Embedded models answer on it: their figures depend on the processor. */
async function asksLocalModels(file) {
  const text = await readFile(file, 'utf8');
  const { start } = readPage(text);
  return start !== undefined || /SmolLM2|MiniLM|tox-block/.test(text);
}

async function commandProblems(file, env) {
  const followed = await followPage(file, { root, env });
  if (flags.write) await writeFile(file, followed.text);
  const mayDiffer = processorKind() !== MADE_ON && (await asksLocalModels(file));
  if (!mayDiffer) return [...followed.problems, ...followed.differences];
  for (const each of followed.differences) console.log(`  note  ${relative(root, file)}:${each}`);
  return followed.problems;
}

const { env, remove } = await readersEnvironment(root);
const queue = [...pages];
const worker = async () => {
  for (let page = queue.shift(); page !== undefined; page = queue.shift()) await checkPage(page, env);
};
try {
  await Promise.all([worker(), worker()]);
  await readWords();
  readSources();
  const wrong = await snippetProblems(root, snippets);
  problems += wrong.length;
  console.log(
    [`  ${wrong.length === 0 ? 'ok  ' : 'FAIL'}  ${snippets.length} snippets compile`, ...wrong].join('\n        '),
  );
} finally {
  await remove();
}
if (shown.size > 0) console.log('\nshown, not run');
for (const [why, places] of shown)
  console.log(`  ${why}: ${places.length > 3 ? `${places.length} places` : places.join(', ')}`);
if (processorKind() !== MADE_ON)
  console.log(`\nthis processor is ${processorKind()}: figures of pages made on ${MADE_ON} may differ, and are noted`);
console.log(`\n${pages.length} pages, ${problems} ${problems === 1 ? 'problem' : 'problems'}`);
process.exit(problems === 0 ? 0 : 1);
