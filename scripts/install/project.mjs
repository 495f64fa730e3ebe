// Empty folders into which packed packages are installed, as a stranger would.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const LIGHT = ['metrics', 'core', 'report', 'cli', ''];
export const LOCAL = [...LIGHT, 'runner-local', 'model-smollm2-135m-instruct'];

const { version } = JSON.parse(readFileSync('packages/assay/package.json', 'utf8'));
const YARN = '@yarnpkg/cli-dist@4.18.1';
const MANAGERS = {
  npm: (folder, files) => command(folder, 'npm', ['install', '--loglevel=error', ...files]),
  'npm, offline': (folder, files) => command(folder, 'npm', ['install', '--offline', '--loglevel=error', ...files]),
  pnpm: (folder) => command(folder, 'npx', ['-y', 'pnpm@12.21.0', 'install', '--no-frozen-lockfile', '--silent']),
  yarn: (folder) => command(folder, 'npx', ['-y', YARN, 'install', '--no-immutable']),
};

/** Where a package's tarball lies. */
export const tarball = (packed, name) => resolve(packed, `assay-${name === '' ? '' : `${name}-`}${version}.tgz`);

/** A folder with `packages` installed from their tarballs in `packed`, by one of npm, `npm, offline`, pnpm and yarn. */
export function project({ root, packed, name, packages, manager = 'npm' }) {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  const files = packages.map((each) => {
    // By short names in the folder: npm reads a path with a space as two.
    const file = `./${each || 'assay'}.tgz`;
    cpSync(tarball(packed, each), join(folder, file));
    return [each === '' ? 'assay' : `@assay/${each}`, `file:${file}`];
  });
  // Not from a registry while nothing is published: what a tarball depends on is a tarball, too.
  const manifest = { name: 'consumer', version: '0.0.0', private: true, type: 'module' };
  if (manager === 'pnpm' || manager === 'yarn') manifest.dependencies = Object.fromEntries(files);
  if (manager === 'yarn') manifest.resolutions = manifest.dependencies;
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  // Plug'n'Play puts its own file handles in place of Node's, which cannot fsync.
  if (manager === 'yarn') writeFileSync(join(folder, '.yarnrc.yml'), 'nodeLinker: node-modules\n');
  if (manager === 'pnpm') {
    const overrides = files.map(([key, file]) => `  '${key}': ${file}\n`).join('');
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), `strictDepBuilds: false\noverrides:\n${overrides}`);
  }
  MANAGERS[manager](
    folder,
    files.map(([, file]) => file.slice('file:'.length)),
  );
  return folder;
}

/** What an install takes: as `du` counts it (blocks of the disk), in megabytes, and its packages. */
export function weigh(folder) {
  const modules = join(folder, 'node_modules');
  const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
  return { megabytes: bytesOnDisk(modules) / 1e6, count: Object.keys(packages).length };
}

function bytesOnDisk(path) {
  const { blocks, size, isDirectory } = facts(path);
  const own = blocks === undefined ? size : blocks * 512;
  if (!isDirectory) return own;
  return readdirSync(path).reduce((sum, name) => sum + bytesOnDisk(join(path, name)), own);
}

function facts(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return { blocks: stat?.blocks, size: stat?.size ?? 0, isDirectory: stat?.isDirectory() ?? false };
}

export const node = (folder, file) => command(folder, process.execPath, [file]);

export const assay = (folder, ...args) => command(folder, 'npx', ['--no-install', 'assay', ...args]);

/** What a command printed on stdout; its stderr is ours. */
export function command(cwd, program, args) {
  const env = {
    ...process.env,
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    ASSAY_CACHE: join(cwd, '.cache'),
    CI: 'true',
    NO_COLOR: '1',
  };
  const shell = process.platform === 'win32' && program !== process.execPath;
  try {
    return execFileSync(program, args, { cwd, env, shell, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (cause) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${cause.stdout}`, { cause });
  }
}

export function expect(found, wanted) {
  const fits = wanted instanceof RegExp ? wanted.test(found) : found === wanted;
  if (!fits) throw new Error(`printed\n${found}where\n${wanted}was expected`);
}
