import { execFile } from 'node:child_process';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What the official Node image holds, without a container registry: Debian's smallest system, and Node with npm from npm's
 * registry.
 * @param image `node:22-bookworm-slim`
 * @param folder that does not exist yet
 */
export async function makeBaseRoot(image: string, folder: string, scratch: string): Promise<void> {
  const [, major, suite] = /^node:(\d+)-([a-z]+)-slim$/.exec(image) ?? [];
  if (major === undefined || suite === undefined) throw new Error(`${image} is no slim image of Node on Debian`);
  const sources = join(scratch, 'sources.list');
  await writeFile(sources, (await aptSources(suite)).map((line) => `${line}\n`).join(''));
  const options = join(scratch, 'apt.conf');
  await writeFile(options, await aptOptions());
  const node = join(scratch, 'node');
  await mkdir(node);
  await Promise.all([
    run('mmdebstrap', ['--variant=minbase', `--aptopt=${options}`, suite, folder, sources]),
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', node, `node@${major}`, 'npm@10']),
  ]);
  const local = join(folder, 'usr/local');
  await cp(join(node, 'node_modules/node/bin/node'), join(local, 'bin/node'));
  await mkdir(join(local, 'lib/node_modules'), { recursive: true });
  await cp(join(node, 'node_modules/npm'), join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  await rm(node, { recursive: true });
}

/** The archives that this machine's apt knows for a release of Debian, as lines of a sources.list. */
async function aptSources(suite: string): Promise<string[]> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const { stdout } = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const known = [...new Set(stdout.trim().split('\n'))].filter((line) => line.split(' ')[1]?.startsWith(suite));
  if (known.length === 0) throw new Error(`this machine's apt has no archive of Debian ${suite}`);
  return known.map((line) => `deb ${line}`);
}

/** How this machine's apt reaches its archives: a proxy, checks that are off. */
async function aptOptions(): Promise<string> {
  const { stdout } = await run('apt-config', ['dump']);
  return stdout
    .split('\n')
    .filter((line) => /^Acquire::(https?|Check-|Retries)/.test(line))
    .join('\n');
}
