/** @jsxImportSource preact */
import { useLayoutEffect, useRef } from 'preact/hooks';

type Keys = readonly (readonly [keys: readonly string[], does: string])[];

/** In the samples of a run. */
const SAMPLE_KEYS: Keys = [
  [['j', 'k'], 'next and previous row'],
  [['Enter'], 'open the row'],
  [['Esc'], 'close it; clear the search'],
  [['/'], 'search'],
  [['d'], 'show or hide the difference from the target'],
  [['n'], 'note and labels of the sample, in the viewer'],
  [['?'], 'this list'],
];

/** In the list of runs. */
const RUN_KEYS: Keys = [
  [['j', 'k'], 'next and previous run'],
  [['Enter'], 'open the run'],
  [['x'], 'pick the run'],
  [['c'], 'compare those that are picked'],
  [['s'], 'star: the baseline of its data'],
  [['e'], 'name, tags and note'],
  [['/'], 'search'],
  [['Esc'], 'clear the search; pick none'],
  [['?'], 'this list'],
];

/** The keys, in a dialog of the browser's own: it keeps the focus and closes with Esc. */
export interface HelpDialogProps {
  readonly open: boolean;
  readonly isRuns: boolean;
  readonly onClose: () => void;
}

export function HelpDialog({ open, isRuns, onClose }: HelpDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key: an effect after the paint would let it through to the list.
  useLayoutEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
  }, [open]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <h3 id="help-title">Keys</h3>
      <dl>
        {(isRuns ? RUN_KEYS : SAMPLE_KEYS).map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      {/* No form: a report in an origin of its own may submit none. */}
      <button type="button" onClick={() => dialog.current?.close()}>
        close
      </button>
    </dialog>
  );
}
