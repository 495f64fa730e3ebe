import { TextFile } from './text-file.ts';
import type { Written } from './written.ts';

/** Opens a file the first time that its path is named. */
export type FileOpener = (path: string) => TextFile;

/** Runs `work` and puts all of its files in their places, or none of them when it fails. */
export async function writeTextFiles(work: (open: FileOpener) => Promise<void>): Promise<Written> {
  const files = new Map<string, TextFile>();
  const open: FileOpener = (path) => {
    const file = files.get(path) ?? new TextFile(path);
    files.set(path, file);
    return file;
  };
  try {
    await work(open);
    for (const file of files.values()) await file.finish();
  } catch (error) {
    await Promise.all([...files.values()].map((file) => file.abandon()));
    throw error;
  }
  const written = [...files.values()];
  return { files: written.map((file) => file.path), bytes: written.reduce((sum, file) => sum + file.bytes, 0) };
}
