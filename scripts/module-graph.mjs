// The modules of a package and the circles among them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readImports } from './read-imports.mjs';

/** Sources of a package by their path below src, tests left out, each with what it imports. @param {string} src */
export function readModules(src) {
  const modules = new Map();
  if (!existsSync(src)) return modules;
  for (const file of readdirSync(src, { recursive: true })) {
    if (!/\.tsx?$/.test(file) || /\.(test|d)\.tsx?$/.test(file)) continue;
    const imports = readImports(file, readFileSync(join(src, file), 'utf8'));
    const own = imports
      .filter(({ source }) => source.startsWith('.'))
      .map(({ source }) => relative(src, resolve(src, dirname(file), source)));
    const others = imports.filter(({ source }) => !source.startsWith('.'));
    modules.set(file, { own: own.filter((path) => !path.startsWith('..')), others });
  }
  return modules;
}

/** The folder directly below src; '' for a module in src itself. @param {string} file */
export function roomOf(file) {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

/** Arrows between the folders of a package, each with one import that draws it. */
export function roomArrows(modules) {
  const arrows = new Map();
  for (const [file, { own }] of modules) {
    for (const path of own) {
      const [from, to] = [roomOf(file), roomOf(path)];
      if (from === to) continue;
      if (!arrows.has(from)) arrows.set(from, new Map());
      if (!arrows.get(from).has(to)) arrows.get(from).set(to, `${file} imports ${path}`);
    }
  }
  return arrows;
}

/** Strongly connected modules (Tarjan 1972): each is a circle of imports. @returns {string[][]} */
export function circles(modules) {
  const found = [];
  const index = new Map();
  const low = new Map();
  const stack = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    for (const next of modules.get(file).own) {
      if (!modules.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1 || modules.get(file).own.includes(file)) found.push(circle);
  };
  for (const file of modules.keys()) if (!index.has(file)) visit(file);
  return found;
}
