// Checks the imports of all packages against scripts/structure.json: no circle, types included; arrows between packages
// and between core's rooms as declared; the same in biome.arrows.json and ARCHITECTURE.md. With --write it brings both up to date.
// A file of source has at most 300 lines, but for those that `long` names until they are split.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { circles, readModules, roomArrows } from './module-graph.mjs';
import { architectureBlocks, brokenPaths, countHops, MAX_HOPS } from './structure-docs.mjs';
import { lintOverrides } from './structure-lint.mjs';

/** Lines of a file that one still reads as a whole; tests and what is generated may be longer. */
const MOST_LINES = 300;

const { packages } = JSON.parse(readFileSync('scripts/structure.json', 'utf8'));
const isWriting = process.argv.includes('--write');
/** @type {string[]} */
const findings = [];

for (const name of readdirSync('packages'))
  if (packages[name] === undefined) findings.push(`packages/${name} is not in scripts/structure.json`);
for (const [name, declared] of Object.entries(packages)) checkPackage(name, declared);
checkLint();
checkArchitecture();

for (const finding of findings) console.log(finding);
console.log(findings.length === 0 ? 'the structure is as declared' : `${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;

function checkPackage(name, { imports, loads = [], rooms, twoWay = [], long = [] }) {
  const modules = readModules(`packages/${name}/src`);
  checkLengths(name, long);
  for (const [file, { others }] of modules) {
    for (const { source, kind } of others) {
      const target = /^@assay\/([a-z-]+)/.exec(source)?.[1] ?? (/^assay(\/|$)/.test(source) ? 'assay' : undefined);
      if (target === undefined || imports.includes(target)) continue;
      if (loads.includes(target) && kind !== 'value') continue;
      const how = loads.includes(target) ? ' other than by await import()' : '';
      findings.push(`packages/${name}/src/${file} imports ${source}: ${name} may not import ${target}${how}`);
    }
  }
  for (const circle of circles(modules)) findings.push(`packages/${name}: circle of imports: ${circle.join(' → ')}`);
  const arrows = roomArrows(modules);
  if (rooms === undefined) checkTwoWay(name, arrows, twoWay);
  else checkRooms(name, arrows, rooms);
}

/** Files that are known to be long must still be so. */
function checkLengths(name, known) {
  const long = readdirSync(`packages/${name}/src`, { recursive: true })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|(^|\/)(generated|assembly)\//.test(file))
    .map((file) => [file, readFileSync(`packages/${name}/src/${file}`, 'utf8').split('\n').length - 1])
    .filter(([, lines]) => lines > MOST_LINES);
  for (const [file, lines] of long)
    if (!known.includes(file))
      findings.push(`packages/${name}/src/${file} has ${lines} lines; ${MOST_LINES} are allowed: split it`);
  for (const file of known)
    if (!long.some(([each]) => each === file))
      findings.push(`packages/${name}/src/${file} is no longer long: take it out of scripts/structure.json`);
}

/** Rooms import only rooms that stand before them, as declared, and nothing is declared that is not so. */
function checkRooms(name, arrows, rooms) {
  const order = Object.keys(rooms);
  for (const [from, targets] of arrows) {
    if (from === '') continue;
    if (rooms[from] === undefined) findings.push(`packages/${name}: ${from}/ is not in scripts/structure.json`);
    for (const [to, example] of targets)
      if (rooms[from]?.imports.includes(to) === false)
        findings.push(`packages/${name}/src: ${from}/ may not import ${to || 'the index'}: ${example}`);
  }
  for (const [from, { imports }] of Object.entries(rooms)) {
    for (const to of imports) {
      if (!arrows.get(from)?.has(to))
        findings.push(`packages/${name}: nothing in ${from}/ imports ${to}/, though declared`);
      if (order.indexOf(to) > order.indexOf(from)) findings.push(`packages/${name}: ${to}/ is declared below ${from}/`);
    }
  }
}

/** Folders that import one another; those that are known to must still do so. */
function checkTwoWay(name, arrows, known) {
  const found = [];
  for (const [from, targets] of arrows)
    for (const to of targets.keys())
      if (from < to && from !== '' && arrows.get(to)?.has(from)) found.push(`${from} ↔ ${to}`);
  for (const pair of found) if (!known.includes(pair)) findings.push(`packages/${name}: two-way folders: ${pair}`);
  for (const pair of known)
    if (!found.includes(pair))
      findings.push(`packages/${name}: ${pair} is gone: take it out of scripts/structure.json`);
}

function checkLint() {
  const file = 'biome.arrows.json';
  const text = `${JSON.stringify({ overrides: lintOverrides(packages) }, null, 1)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (isWriting) writeFileSync(file, text);
  else findings.push(`${file} has other arrows than scripts/structure.json: npm run structure -- --write`);
}

function checkArchitecture() {
  const file = 'ARCHITECTURE.md';
  if (!existsSync(file)) return;
  let text = readFileSync(file, 'utf8');
  for (const [name, lines] of Object.entries(architectureBlocks(packages))) {
    const block = new RegExp(`(<!-- ${name}: .*? -->\n)[\\s\\S]*?(<!-- end -->)`);
    if (!block.test(text)) findings.push(`${file} has no block "${name}"`);
    text = text.replace(block, (_, start, end) => `${start}\`\`\`\n${lines.join('\n')}\n\`\`\`\n${end}`);
  }
  if (text !== readFileSync(file, 'utf8')) {
    if (isWriting) writeFileSync(file, text);
    else findings.push(`${file} has other lists than scripts/structure.json: npm run structure -- --write`);
  }
  for (const path of brokenPaths(text, Object.keys(packages)))
    findings.push(`${file} names ${path}, which is not there`);
  const hops = countHops(text);
  if (hops > MAX_HOPS) findings.push(`${file}: the path of one sample has ${hops} hops; ${MAX_HOPS} are allowed`);
}
