import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../errors/assay-error.ts';
import { storageIn } from '../storage/node-storage.ts';
import { writeFileWhole } from '../storage/write-file.ts';

/** Samples of a run that people may say something of. */
const MOST_NOTED = 10_000;

/** What people say of a sample, whichever model answered it. */
export const sampleNote = z.strictObject({
  /** Its index in the dataset, and the digest of its content. */
  sample: z.int().min(0),
  digest: z.string().min(1).max(64),
  note: z.string().trim().max(10_000).default(''),
  labels: z.array(z.string().trim().min(1).max(60)).max(20).default([]),
});
const sampleNotes = z.strictObject({ samples: z.array(sampleNote).max(MOST_NOTED) });

export type SampleNote = z.output<typeof sampleNote>;

/** Where they are: `sample-notes.json` in a run's folder. No figure depends on it. */
export function sampleNotesFile(folder: string): string {
  return join(folder, 'sample-notes.json');
}

/** What is said of a run's samples, in their order; nothing where there is no file. @throws AssayError RUN_DAMAGED */
export async function readSampleNotes(folder: string): Promise<readonly SampleNote[]> {
  const file = sampleNotesFile(folder);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    return sampleNotes.parse(JSON.parse(text)).samples;
  } catch (cause) {
    throw new AssayError('RUN_DAMAGED', `${file} does not hold notes on samples`, {
      hint: 'Repair or remove it: no figure depends on it.',
      cause,
    });
  }
}

/**
 * Says something of a sample, in place of what was said before; an empty note without labels takes it away.
 * @returns all that is said now
 * @throws AssayError RUN_DAMAGED where the notes cannot be read, and would be lost; RUN_LIMIT where there are too many
 */
export async function changeSampleNote(folder: string, said: SampleNote): Promise<readonly SampleNote[]> {
  const others = (await readSampleNotes(folder)).filter(({ sample }) => sample !== said.sample);
  const isEmpty = said.note === '' && said.labels.length === 0;
  const samples = isEmpty ? others : [...others, said].sort((a, b) => a.sample - b.sample);
  if (samples.length > MOST_NOTED)
    throw new AssayError('RUN_LIMIT', `${folder} has notes on ${MOST_NOTED} samples, and holds no more`);
  await writeFileWhole(sampleNotesFile(folder), `${JSON.stringify({ samples }, null, 2)}\n`, await storageIn(folder));
  return samples;
}
