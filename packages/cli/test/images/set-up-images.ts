import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { assembleImages, type Image } from './assemble-images.ts';
import { whyNot } from './run-in-root.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** By stage; empty where this machine cannot run them. */
    images: Readonly<Record<string, Image>>;
  }
}

/** Assembles the images once for all tests. ASSAY_IMAGES names a folder that is kept, and used again. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const reason = await whyNot();
  if (reason !== undefined) {
    process.stdout.write(`skipped: the images were neither assembled nor run: ${reason}\n`);
    project.provide('images', {});
    return async () => {};
  }
  const kept = process.env.ASSAY_IMAGES;
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'assay-images-')));
  const list = join(folder, 'images.json');
  const found = await readFile(list, 'utf8').catch(() => undefined);
  if (found !== undefined) project.provide('images', JSON.parse(found));
  else {
    await mkdir(folder, { recursive: true });
    const startedAt = Date.now();
    const images = await assembleImages(folder);
    await writeFile(list, JSON.stringify(images));
    process.stdout.write(
      `assembled ${Object.keys(images).join(', ')} in ${Math.round((Date.now() - startedAt) / 1000)} s\n`,
    );
    project.provide('images', images);
  }
  return async () => {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  };
}
