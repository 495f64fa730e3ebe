/** @jsxImportSource preact */
import { useRef } from 'preact/hooks';
import type { RunEntry } from '../../src/view-pages/runs-page.ts';
import { commaSeparated } from '../shell/comma-separated.ts';
import { ModalDialog } from '../shell/modal-dialog.tsx';

export interface NotesDialogProps {
  readonly run: RunEntry;
  readonly onClose: () => void;
  readonly onSave: (notes: {
    readonly name: string;
    readonly tags: readonly string[];
    readonly note: string;
    readonly isArchived: boolean;
  }) => void;
}

/** Name, tags and note of a run. */
export function NotesDialog({ run, onClose, onSave }: NotesDialogProps) {
  const name = useRef<HTMLInputElement>(null);
  const tags = useRef<HTMLInputElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const archived = useRef<HTMLInputElement>(null);
  const save = () =>
    onSave({
      name: name.current?.value ?? '',
      tags: commaSeparated(tags.current?.value ?? ''),
      note: note.current?.value ?? '',
      isArchived: archived.current?.checked ?? false,
    });
  return (
    <ModalDialog title={`Run ${run.name}`} onClose={onClose}>
      <form
        class="notes"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <label>
          Name <input ref={name} class="field" defaultValue={run.title} maxLength={200} />
        </label>
        <label>
          Tags, comma-separated <input ref={tags} class="field" defaultValue={run.tags.join(', ')} />
        </label>
        <label>
          Note <textarea ref={note} class="field" rows={3} maxLength={10_000} defaultValue={run.note} />
        </label>
        <label class="check">
          <input ref={archived} type="checkbox" defaultChecked={run.isArchived} /> archived: kept, and out of the list
        </label>
        <p class="actions">
          <button type="button" class="btn" onClick={onClose}>
            cancel
          </button>
          <button type="submit" class="btn">
            save
          </button>
        </p>
      </form>
    </ModalDialog>
  );
}
