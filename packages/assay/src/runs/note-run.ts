import { changeRunNotes, type RunHooks, type RunNotes } from '@assay/core';

/** Puts notes beside a run once the folder is its own. */
export interface NotedRun {
  readonly hooks: RunHooks;
  /** When they are on disk. */
  written(): Promise<void>;
}

/** @param note told of notes that could not be kept: the run goes on without them */
export function noteRun(
  folder: string,
  notes: Partial<Pick<RunNotes, 'name' | 'tags' | 'note'>> | undefined,
  note: (text: string) => void,
): NotedRun {
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    await changeRunNotes(folder, notes ?? {});
  };
  return {
    hooks: {
      onRunStart: () => {
        if (notes === undefined || Object.values(notes).every((each) => each === undefined)) return;
        writing = write().catch((thrown: unknown) => {
          note(`the notes of the run were not kept: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
        });
      },
    },
    written: () => writing,
  };
}
