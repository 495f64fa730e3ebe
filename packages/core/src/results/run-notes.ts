import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../errors/assay-error.ts';
import { storageIn } from '../storage/node-storage.ts';
import { writeFileWhole } from '../storage/write-file.ts';

const tag = z.string().trim().min(1).max(60);

/** What people say of a run, beside what it is: `notes.json` in its folder. No figure depends on it. */
export const runNotes = z.strictObject({
  /** A name to call it by; '' for its folder's. */
  name: z.string().trim().max(200).default(''),
  tags: z.array(tag).max(20).default([]),
  note: z.string().trim().max(10_000).default(''),
  /** A baseline: the newest starred run on the same data is what others are held against. */
  isStarred: z.boolean().default(false),
  /** Kept, and out of the lists. */
  isArchived: z.boolean().default(false),
});

export type RunNotes = z.output<typeof runNotes>;

export const NO_NOTES: RunNotes = runNotes.parse({});

/** Where a run's notes are. */
export function notesFile(folder: string): string {
  return join(folder, 'notes.json');
}

/** A run's notes; none where there is no file. @throws AssayError RUN_DAMAGED for a file that holds something else */
export async function readRunNotes(folder: string): Promise<RunNotes> {
  const file = notesFile(folder);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return NO_NOTES;
  try {
    return runNotes.parse(JSON.parse(text));
  } catch (cause) {
    throw new AssayError('RUN_DAMAGED', `${file} does not hold the notes of a run`, {
      hint: 'Repair or remove it: no figure depends on it.',
      cause,
    });
  }
}

/**
 * Changes some of a run's notes and keeps the others.
 * @throws AssayError RUN_DAMAGED where the notes cannot be read, and would be lost
 */
export async function changeRunNotes(folder: string, change: Partial<RunNotes>): Promise<RunNotes> {
  const notes = runNotes.parse({ ...(await readRunNotes(folder)), ...change });
  await writeFileWhole(notesFile(folder), `${JSON.stringify(notes, null, 2)}\n`, await storageIn(folder));
  return notes;
}
