/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { LivePage } from '../../src/view-pages/live-page.ts';
import { plural } from '../../src/wording/format-number.ts';
import { Message, Pieces } from '../marks/words.tsx';
import { askViewer, homeOf, pathPart } from '../shell/home.ts';
import { ModalDialog } from '../shell/modal-dialog.tsx';
import { doneOf, totalOf } from './live-headline.ts';

export interface LiveControlsProps {
  readonly page: LivePage;
  readonly look: () => Promise<void>;
}

/** Stop, resume, or the report: what can be done with a run as it is. */
export function LiveControls({ page, look }: LiveControlsProps) {
  const [said, setSaid] = useState('');
  const [asks, setAsks] = useState(false);
  const act = async (path: 'stop.json' | 'resume.json') => {
    setAsks(false);
    try {
      await askViewer(`${path}?run=${pathPart(page.run)}`, {});
      setSaid('');
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
    await look();
  };
  const left = totalOf(page.models) - doneOf(page.models);
  const { command, refused } = page.resume;
  return (
    <div class="controls">
      {page.state === 'running' && (
        <button type="button" class="btn" disabled={page.isStopping} onClick={() => void act('stop.json')}>
          {page.isStopping ? 'stopping…' : 'stop'}
        </button>
      )}
      {page.state === 'stopped' && refused === null && (
        <button type="button" class="btn" onClick={() => setAsks(true)}>
          resume
        </button>
      )}
      {page.state === 'finished' && (
        <a class="btn" href={`${homeOf()}runs/${pathPart(page.run)}/report.html`}>
          open the report
        </a>
      )}
      {page.state === 'stopped' && (
        <p class="note">
          {refused !== null && (
            <>
              It cannot be resumed from here: <Message text={refused} />.{' '}
            </>
          )}
          In a terminal:{' '}
          <code>
            <Pieces text={command} />
          </code>
        </p>
      )}
      {page.isStopping && (
        <p class="note">
          What runs is finished first. A run that a program of an earlier version began does not listen.
        </p>
      )}
      <p role="status" class="error">
        <Pieces text={said === '' ? page.said : said} />
      </p>
      {asks && (
        <ModalDialog title="Resume the run?" onClose={() => setAsks(false)}>
          <p>
            {plural(left, 'answer')} {left === 1 ? 'is' : 'are'} asked for, as the config says, which may cost what its
            models cost. The run stops when this viewer ends, and can go on again.
          </p>
          <div class="actions">
            <button type="button" class="btn" onClick={() => setAsks(false)}>
              cancel
            </button>
            <button type="button" class="btn" onClick={() => void act('resume.json')}>
              resume
            </button>
          </div>
        </ModalDialog>
      )}
    </div>
  );
}
