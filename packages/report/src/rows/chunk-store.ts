import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MODES, runAccess, storageError } from '@assay/core';
import type { Block } from './pack-index.ts';
import { chunkName } from './page-data.ts';

/** Beyond either, the samples lie beside the page. */
const EMBED_LIMIT = { rows: 20_000, characters: 24_000_000 } as const;

/** Holds chunks in memory while they are few, and moves them to script files beside the page when they are many. */
export class ChunkStore {
  readonly #folder: string;
  /** As the run's beside it. */
  #modes: (typeof MODES)[keyof typeof MODES] = MODES.private;
  #held: string[] | null = [];
  #characters = 0;
  #count = 0;
  /** Files written beside the page, and their bytes together. */
  readonly files: string[] = [];
  bytesBeside = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Chunks to embed, or null where they lie beside the page. */
  get embedded(): readonly string[] | null {
    return this.#held;
  }

  async add(json: string, rowsSoFar: number): Promise<void> {
    this.#characters += json.length;
    if (this.#held !== null) {
      this.#held.push(json);
      if (rowsSoFar > EMBED_LIMIT.rows || this.#characters > EMBED_LIMIT.characters) await this.#moveOut();
    } else {
      await this.#write(chunkName(this.#count), json);
      this.#count += 1;
    }
  }

  /** Closes the store: the blocks of the index go where the chunks are. Returns true where they lie beside the page. */
  async finish(indexBlocks: (isApart: boolean) => readonly Block[]): Promise<boolean> {
    if (this.#held !== null) {
      await this.#removeOld();
      return false;
    }
    for (const [name, json] of indexBlocks(true)) await this.#write(name, json);
    await this.#removeOld();
    return true;
  }

  async #moveOut(): Promise<void> {
    this.#modes = MODES[(await runAccess(dirname(this.#folder))) ?? 'shared'];
    await mkdir(this.#folder, { recursive: true, mode: this.#modes.folder });
    for (const json of this.#held ?? []) {
      await this.#write(chunkName(this.#count), json);
      this.#count += 1;
    }
    this.#held = null;
  }

  async #write(name: string, json: string): Promise<void> {
    // As text: a browser reads it faster than the same as a literal, and a search looks through it as it is.
    const script = `assayData(${JSON.stringify(name)},'${json.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}');\n`;
    this.bytesBeside += Buffer.byteLength(script);
    const file = join(this.#folder, `${name}.js`);
    await writeFile(file, script, { mode: this.#modes.file }).catch((cause: unknown) => {
      throw storageError(cause, file);
    });
    this.files.push(file);
  }

  /** An earlier, longer report may have left files of ours. Nothing else in the folder is touched. */
  async #removeOld(): Promise<void> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    const kept = new Set(this.files.map((file) => basename(file)));
    const old = names.filter((name) => /^(?:(?:chunk|scores)-\d{4,}|index)\.js$/.test(name) && !kept.has(name));
    await Promise.all(old.map((name) => rm(join(this.#folder, name), { force: true })));
  }
}
