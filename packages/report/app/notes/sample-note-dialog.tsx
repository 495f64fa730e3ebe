/** @jsxImportSource preact */
import { useRef } from 'preact/hooks';
import type { PageSampleNote } from '../../src/run-page/run-page.ts';
import { Name } from '../marks/words.tsx';
import { commaSeparated } from '../shell/comma-separated.ts';
import { ModalDialog } from '../shell/modal-dialog.tsx';

export interface SampleNoteDialogProps {
  readonly sample: number;
  readonly digest: string;
  readonly note: PageSampleNote | undefined;
  /** Labels of other samples, to be given again. */
  readonly known: readonly string[];
  readonly onClose: () => void;
  readonly onSave: (note: PageSampleNote) => void;
}

/** Labels and note of a sample. */
export function SampleNoteDialog({ sample, digest, note, known, onClose, onSave }: SampleNoteDialogProps) {
  const labels = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const give = (label: string) => {
    const own = commaSeparated(labels.current?.value ?? '');
    const next = own.includes(label) ? own.filter((each) => each !== label) : [...own, label];
    if (labels.current !== null) labels.current.value = next.join(', ');
  };
  const save = () => {
    const given = [...new Set(commaSeparated(labels.current?.value ?? ''))];
    onSave({ sample, digest, note: (text.current?.value ?? '').trim(), labels: given });
  };
  return (
    <ModalDialog title={`Row ${sample + 1}`} onClose={onClose}>
      {/* No form: a report in an origin of its own may submit none. */}
      <div class="notes">
        <label>
          Labels, comma-separated{' '}
          <input ref={labels} class="field" defaultValue={(note?.labels ?? []).join(', ')} maxLength={1200} />
        </label>
        {known.length > 0 && (
          <p class="known">
            {known.slice(0, 20).map((label) => (
              <button type="button" class="tag" key={label} onClick={() => give(label)}>
                <Name text={label} />
              </button>
            ))}
          </p>
        )}
        <label>
          Note <textarea ref={text} class="field" rows={4} maxLength={10_000} defaultValue={note?.note ?? ''} />
        </label>
        <p class="actions">
          <button type="button" class="btn" onClick={onClose}>
            cancel
          </button>
          <button type="button" class="btn" onClick={save}>
            save
          </button>
        </p>
      </div>
    </ModalDialog>
  );
}
