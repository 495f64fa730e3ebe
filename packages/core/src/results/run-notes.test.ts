import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeRunNotes, NO_NOTES, notesFile, readRunNotes } from './run-notes.ts';

const folder = () => mkdtemp(join(tmpdir(), 'assay-notes-'));

test('a run without a file has no notes, and a change keeps what it does not name', async () => {
  const run = await folder();
  expect(await readRunNotes(run)).toEqual(NO_NOTES);
  await changeRunNotes(run, { name: ' a name ', tags: ['x'] });
  expect(await changeRunNotes(run, { isStarred: true })).toEqual({
    ...NO_NOTES,
    ...{ name: 'a name', tags: ['x'], isStarred: true },
  });
  expect(await readRunNotes(run)).toMatchObject({ name: 'a name', isStarred: true });
});

test.for(['torn', '[]', '{"name":1}', '{"unknown":true}'])('%s is refused, and is not written over', async (text) => {
  const run = await folder();
  await writeFile(notesFile(run), text);
  await expect(readRunNotes(run)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  await expect(changeRunNotes(run, { name: 'x' })).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  expect(await readFile(notesFile(run), 'utf8')).toBe(text);
});
