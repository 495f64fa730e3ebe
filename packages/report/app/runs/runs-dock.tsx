/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import { plural } from '../../src/wording/format-number.ts';
import { ModalDialog } from '../shell/modal-dialog.tsx';

export interface RunsDockProps {
  readonly count: number;
  /** null unless two or more are picked, and not too many. */
  readonly onCompare: (() => void) | null;
  readonly onArchive: () => void;
  readonly onDelete: () => void;
}

/** What can be done with the runs that are picked. */
export function RunsDock({ count, onCompare, onArchive, onDelete }: RunsDockProps) {
  const [asks, setAsks] = useState(false);
  return (
    <div class="dock">
      <span>{count} picked</span>
      {onCompare !== null && (
        <button type="button" class="btn" onClick={onCompare}>
          Compare <kbd>c</kbd>
        </button>
      )}
      <button type="button" class="btn" onClick={onArchive}>
        Archive
      </button>
      <button type="button" class="btn" onClick={() => setAsks(true)}>
        Delete…
      </button>
      {asks && (
        <ModalDialog title={`Delete ${plural(count, 'run')}?`} onClose={() => setAsks(false)}>
          <p>Journal, figures and page go from the disk. This cannot be undone.</p>
          <p class="actions">
            <button type="button" class="btn" onClick={() => setAsks(false)}>
              keep
            </button>
            <button
              type="button"
              class="btn danger"
              onClick={() => {
                setAsks(false);
                onDelete();
              }}
            >
              delete
            </button>
          </p>
        </ModalDialog>
      )}
    </div>
  );
}
