import { useEffect, useState } from 'preact/hooks';
import type { PageSampleNote } from '../../src/run-page/run-page.ts';

export type SampleNotesBySample = ReadonlyMap<number, PageSampleNote>;

export interface UsedSampleNotes {
  readonly notes: SampleNotesBySample;
  /** Says something of a sample; null where the page is a file of its own. */
  readonly save: ((said: PageSampleNote) => Promise<void>) | null;
  /** Why the last was not kept, or the notes cannot be read; '' where nothing went wrong. */
  readonly said: string;
}

/** What people say of the samples: as the page was written, and in the viewer as it is now. */
export function useSampleNotes(written: readonly PageSampleNote[]): UsedSampleNotes {
  const [notes, setNotes] = useState(() => bySample(written));
  const [said, setSaid] = useState('');
  const address = document.getElementById('app')?.dataset.notes ?? '';
  const ask = async (note?: PageSampleNote) => {
    try {
      const answer = await fetch(
        address,
        note === undefined
          ? { cache: 'no-store' }
          : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(note) },
      );
      if (!answer.ok) throw new Error(await answer.text());
      setNotes(bySample(((await answer.json()) as { samples: readonly PageSampleNote[] }).samples));
      setSaid('');
    } catch (error) {
      setSaid(`the notes on samples are not there: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  useEffect(() => {
    if (address !== '') void ask();
  }, [address]);
  return { notes, said, save: address === '' ? null : ask };
}

function bySample(notes: readonly PageSampleNote[]): SampleNotesBySample {
  return new Map(notes.map((note) => [note.sample, note]));
}
