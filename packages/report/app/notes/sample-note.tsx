/** @jsxImportSource preact */
import type { PageSampleNote } from '../../src/run-page/run-page.ts';
import { Name, Pieces } from '../marks/words.tsx';

export interface SampleNoteProps {
  readonly note: PageSampleNote | undefined;
  /** null where nothing can be changed. */
  readonly onEdit: (() => void) | null;
  readonly said: string;
}

/** What people say of a sample, whichever model answered it. */
export function SampleNoteView({ note, onEdit, said }: SampleNoteProps) {
  if (note === undefined && onEdit === null) return null;
  return (
    <div class="sample-note">
      {note?.labels.map((label) => (
        <span class="tag" key={label}>
          <Name text={label} />
        </span>
      ))}
      {onEdit !== null && (
        <button type="button" class="btn bare" onClick={onEdit} aria-keyshortcuts="n">
          {note === undefined ? 'note or label' : 'edit'} <kbd>n</kbd>
        </button>
      )}
      {note !== undefined && note.note !== '' && (
        <p>
          <bdi>
            <Pieces text={note.note} />
          </bdi>
        </p>
      )}
      {said !== '' && (
        <p role="status" class="error">
          <Pieces text={said} />
        </p>
      )}
    </div>
  );
}
