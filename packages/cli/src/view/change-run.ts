import type { IncomingMessage } from 'node:http';
import { AssayError, changeRunNotes, type RunNotes, runNotes } from 'assay/internal';
import { removeRun } from '../runs/remove-run.ts';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { ApiError } from '../serve/api-error.ts';

const MOST_BYTES = 64_000;

/** Changes what people say of a run. @throws ApiError 400 for what is no change of notes, 409 where they cannot be kept */
export async function changeNotes(run: RunOverview, request: IncomingMessage): Promise<RunNotes> {
  const asked = await readJson(request);
  const change = runNotes.partial().safeParse(asked);
  if (!change.success) throw new ApiError(400, 'these are no notes of a run');
  // What was not sent has a default, and is kept.
  const given = Object.fromEntries(
    Object.entries(change.data).filter(([name]) => Object.hasOwn(asked as object, name)),
  );
  try {
    return await changeRunNotes(run.folder.path, given);
  } catch (thrown) {
    throw thrown instanceof AssayError ? new ApiError(409, thrown.message) : thrown;
  }
}

/** Removes a run. @throws ApiError 409 for one that goes on */
export async function deleteRun(run: RunOverview): Promise<void> {
  if (run.state === 'running') throw new ApiError(409, 'the run goes on: stop it first');
  await removeRun(run.folder);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw new ApiError(415, 'send JSON');
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_BYTES) throw new ApiError(413, 'that is too long');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'send JSON');
  }
}
