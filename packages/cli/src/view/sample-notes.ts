import type { IncomingMessage } from 'node:http';
import { AssayError, changeSampleNote, readSampleNotes, type SampleNote, sampleNote } from 'assay/internal';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { ApiError } from '../serve/api-error.ts';
import { readJsonBody } from '../serve/read-json-body.ts';

const MOST_BYTES = 64_000;

/** What people say of the samples of runs, changed one after another: each change reads what was there. */
export class SampleNotes {
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws ApiError 409 where they cannot be read */
  async list({ folder }: RunOverview): Promise<readonly SampleNote[]> {
    return told(() => readSampleNotes(folder.path));
  }

  /** @throws ApiError 400 for what is no note, 409 where it cannot be kept */
  async change({ folder }: RunOverview, request: IncomingMessage): Promise<readonly SampleNote[]> {
    const said = sampleNote.safeParse(await readJsonBody(request, MOST_BYTES));
    if (!said.success) throw new ApiError(400, 'this is no note on a sample');
    const changed = this.#turn.then(() => told(() => changeSampleNote(folder.path, said.data)));
    this.#turn = changed.catch(() => {});
    return changed;
  }
}

async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof AssayError ? new ApiError(409, thrown.message) : thrown;
  }
}
