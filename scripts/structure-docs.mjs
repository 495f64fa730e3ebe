// The parts of ARCHITECTURE.md that say what imports what, and what is checked of the rest.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Steps that the path of one sample may have. */
export const MAX_HOPS = 10;

/** Lines of the generated blocks, by name. */
export function architectureBlocks(packages) {
  const list = Object.entries(packages).map(([name, { what, imports, loads = [] }]) => {
    const lazily = loads.length === 0 ? '' : `; by await import(): ${loads.join(', ')}`;
    const npm = dependenciesOf(name);
    const all = [...imports, ...npm].join(', ') || 'nothing';
    return `${`packages/${name}`.padEnd(26)} ${what}\n${' '.repeat(27)}imports: ${all}${lazily}`;
  });
  const blocks = { packages: list };
  for (const [name, { rooms }] of Object.entries(packages)) {
    if (rooms === undefined) continue;
    blocks[`rooms of ${name}`] = Object.entries(rooms).map(([room, { what }]) => `${`${room}/`.padEnd(15)} ${what}`);
  }
  return blocks;
}

/** Packages of others, without those of types. */
function dependenciesOf(name) {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(
    readFileSync(`packages/${name}/package.json`, 'utf8'),
  );
  const names = Object.keys({ ...dependencies, ...peerDependencies });
  const aws = names.filter((each) => each.startsWith('@aws-sdk/'));
  const rest = names.filter((each) => each !== 'assay' && !/^@(assay|aws-sdk|types)\//.test(each));
  return [...rest, ...(aws.length === 0 ? [] : ['@aws-sdk/*'])];
}

/** Modules named in backticks that no package has: `core/engine/run-plan.ts`, or the end of such a path. */
export function brokenPaths(text, packages) {
  const files = packages.flatMap((name) => {
    const src = `packages/${name}/src`;
    return existsSync(src) ? readdirSync(src, { recursive: true }).map((file) => `/${name}/${file}`) : [];
  });
  const named = [...text.matchAll(/`([a-z0-9-]+(?:\/[a-z0-9-]+)*\.tsx?)`/g)].map(([, path]) =>
    path.replace('/src/', '/'),
  );
  return named.filter((path) => !files.some((file) => file.endsWith(`/${path}`)));
}

/** Numbered lines below "The path of one sample". */
export function countHops(text) {
  const section = /## The path of one sample\n([\s\S]*?)(\n## |$)/.exec(text)?.[1] ?? '';
  return section.match(/^\d+\. /gm)?.length ?? 0;
}
