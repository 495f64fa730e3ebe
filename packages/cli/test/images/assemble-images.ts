import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeBaseRoot } from './base-root.ts';
import { type Instruction, parseDockerfile, type Stage } from './dockerfile.ts';
import { buildStep } from './run-in-root.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const run = promisify(execFile);

/** An image: a folder that is its file system, and what its container starts with. */
export interface Image {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
}

/** Carries out the repository's Dockerfile. @returns the images by their stage's name */
export async function assembleImages(folder: string): Promise<Readonly<Record<string, Image>>> {
  const stages = parseDockerfile(await readFile(join(REPOSITORY, 'Dockerfile'), 'utf8'));
  const bases = [...new Set(stages.map(({ from }) => from))].filter((from) =>
    stages.every(({ name }) => name !== from),
  );
  const images = new Map<string, Image>();
  for (const base of bases) {
    const root = join(folder, 'base');
    await makeBaseRoot(base, root, folder);
    const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    images.set(base, { root, env: { PATH: path }, workdir: '/', entrypoint: ['node'] });
  }
  for (const [index, stage] of stages.entries()) {
    const from = images.get(stage.from)!;
    const root = join(folder, stage.name);
    const isLast = stages
      .slice(index + 1)
      .every((later) => later.from !== stage.from && !copiesFrom(later, stage.from));
    if (isLast) await rename(from.root, root);
    else if (stage.instructions.some(({ kind }) => kind === 'run')) await copy(from.root, root);
    else await link(from.root, root);
    let image: Image = { ...from, root };
    for (const instruction of stage.instructions) image = await carryOut(instruction, image, images);
    images.set(stage.name, image);
  }
  return Object.fromEntries(images);
}

const copiesFrom = ({ instructions }: Stage, name: string): boolean =>
  instructions.some((each) => each.kind === 'copy' && each.from === name);

async function carryOut(step: Instruction, image: Image, images: ReadonlyMap<string, Image>): Promise<Image> {
  const { root, env, workdir } = image;
  switch (step.kind) {
    case 'workdir':
      await mkdir(join(root, step.path), { recursive: true });
      return { ...image, workdir: step.path };
    case 'env':
      return { ...image, env: { ...env, ...step.values } };
    case 'entrypoint':
      return { ...image, entrypoint: step.command };
    case 'run':
      await buildStep(step.command, image);
      return image;
    case 'copy': {
      if (step.from === undefined) await copyContext(step.sources, join(root, workdir, step.to));
      else
        for (const source of step.sources) {
          const to = join(root, step.to);
          await mkdir(dirname(to), { recursive: true });
          await link(join(images.get(step.from)!.root, source), to);
        }
      return image;
    }
    default:
      return image;
  }
}

const copy = (from: string, to: string): Promise<unknown> => run('cp', ['-a', '--reflink=auto', from, to]);

/** The same by hard links: for what nothing changes in place afterwards. */
const link = (from: string, to: string): Promise<unknown> => run('cp', ['-a', '--link', from, to]);

/** The repository without what .dockerignore names. */
async function copyContext(sources: readonly string[], to: string): Promise<void> {
  if (sources.join() !== '.') throw new Error(`only the whole repository can be copied, not ${sources}`);
  const lines = (await readFile(join(REPOSITORY, '.dockerignore'), 'utf8')).split('\n').filter((line) => line !== '');
  const anywhere = lines.filter((line) => line.startsWith('**/')).map((line) => line.slice(3));
  const atTop = lines.filter((line) => !line.startsWith('**/'));
  const archive = join(dirname(to), 'context.tar');
  await run('tar', [
    ...['--create', `--file=${archive}`, `--directory=${REPOSITORY}`],
    ...['--no-anchored', ...anywhere.map((name) => `--exclude=${name}`)],
    ...['--anchored', ...atTop.map((name) => `--exclude=./${name}`)],
    '.',
  ]);
  await mkdir(to, { recursive: true });
  await run('tar', ['--extract', '--no-same-owner', `--file=${archive}`, `--directory=${to}`]);
  await rm(archive);
}
