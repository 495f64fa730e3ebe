/** @jsxImportSource preact */
import type { AgainstBaseline, EntryScore, RunEntry } from '../../src/view-pages/runs-page.ts';
import {
  formatCount,
  formatDifference,
  formatInterval,
  formatMilliseconds,
  formatScore,
  plural,
} from '../../src/wording/format-number.ts';
import type { Axis } from '../marks/place.ts';
import { toneOf, VerdictBadge } from '../marks/verdict-badge.tsx';
import { Whisker } from '../marks/whisker.tsx';
import { Label, Name, Pieces } from '../marks/words.tsx';
import { homeOf, pathPart } from '../shell/home.ts';
import { leadOf, titleOf } from './run-query.ts';

export interface RunRowProps {
  readonly run: RunEntry;
  readonly lead: EntryScore | null;
  readonly axis: Axis;
  /** The starred run over the same rows; null where there is none. */
  readonly baseline: RunEntry | null;
  readonly scoreKey: string;
  readonly against: AgainstBaseline | null;
  readonly isPicked: boolean;
  readonly onPick: () => void;
  readonly onStar: () => void;
  readonly onEdit: () => void;
}

/** A run: what it is called, its leading score, and what it is against the baseline. */
export function RunRow(props: RunRowProps) {
  const { run, lead, axis, baseline, scoreKey, against, isPicked, onPick, onStar, onEdit } = props;
  const title = titleOf(run);
  const tone = against === null ? undefined : toneOf(against.verdict);
  return (
    <tr class={isPicked ? 'sel' : ''} data-run={run.name} data-state={run.state}>
      <td class="pick">
        <input type="checkbox" checked={isPicked} aria-label={`Pick ${title}`} onChange={onPick} />
      </td>
      <td class="st">
        <button type="button" aria-pressed={run.isStarred} aria-label={`Star ${title}`} onClick={onStar}>
          {run.isStarred ? '★' : '☆'}
        </button>
      </td>
      <th scope="row" class="nm">
        <a class="open-run" href={homeOf() + wayTo(run)}>
          <Name text={title} />
        </a>{' '}
        {run.tags.map((tag) => (
          <span class="tag" key={tag}>
            <Name text={tag} />
          </span>
        ))}
        <button
          type="button"
          class="btn bare edit"
          aria-label={`Edit name, tags and note of ${title}`}
          onClick={onEdit}
        >
          edit
        </button>
        <span class="sub">
          {run.state !== 'finished' && <Progress run={run} />}
          {run.state !== 'finished' && run.tookMs !== null && (
            <a href={`${homeOf()}live?run=${pathPart(run.name)}`}>resume it</a>
          )}
          {run.note !== '' && <Pieces text={run.note} />}
          {run.note === '' && run.title !== '' && <Pieces text={run.name} />}
          {run.isArchived && ' archived'}
        </span>
      </th>
      <td class="wh">
        {lead === null ? (
          <span class="quiet">–</span>
        ) : (
          <div class="cell">
            <span class="val">{formatScore(lead.value)}</span>
            <Whisker
              axis={axis}
              mark={{ shape: 0, isHollow: false }}
              value={lead.value}
              interval={lead.interval}
              reference={baseline === null ? null : (leadOf(baseline, scoreKey)?.value ?? null)}
              {...(tone !== undefined && { tone })}
            />
            <span class="under">
              {run.state === 'finished' ? formatInterval(lead.interval) : `so far, n ${formatCount(lead.n)}`}
              {run.models.length > 1 && (
                <>
                  {' · '}
                  <Label text={lead.model} />
                </>
              )}
            </span>
          </div>
        )}
      </td>
      <td class="chg">
        <AgainstCell {...{ run, baseline, against }} />
      </td>
      <td class="models opt">
        <Name text={run.models.length > 2 ? plural(run.models.length, 'model') : run.models.join(', ')} />
      </td>
      <td class="num opt">
        {run.tookMs === null ? '–' : formatMilliseconds(run.tookMs)}
        {run.cost !== null && (
          <span class="sub">
            <Pieces text={run.cost} />
          </span>
        )}
      </td>
      <td class="num">
        <time dateTime={run.createdAt}>{run.createdAt.slice(0, 16).replace('T', ' ')}</time>
      </td>
    </tr>
  );
}

/** The report of a run that has one, else how it goes. */
function wayTo({ name, state, tookMs }: RunEntry): string {
  return state === 'running' || tookMs === null ? `live?run=${pathPart(name)}` : `runs/${pathPart(name)}/report.html`;
}

function Progress({ run: { state, done, total } }: { readonly run: RunEntry }) {
  return (
    <>
      {state}: {formatCount(done)} of {formatCount(total)}{' '}
      <progress max={Math.max(1, total)} value={Math.min(done, total)} aria-label="Progress" />{' '}
    </>
  );
}

function AgainstCell({ run, baseline, against }: Pick<RunRowProps, 'run' | 'baseline' | 'against'>) {
  if (baseline === null) return <span class="quiet">–</span>;
  if (baseline.name === run.name) return <span class="badge unsure">★ baseline</span>;
  if (run.state !== 'finished') return <span class="quiet">when it is done</span>;
  if (against === null) return <span class="quiet">…</span>;
  return (
    <>
      {against.difference === null ? (
        <Pieces text={against.words} />
      ) : (
        <VerdictBadge verdict={against.verdict} words={against.words} />
      )}
      <span class="sub">
        {against.difference !== null && formatDifference(against.difference)}
        {against.worse.length > 0 && (
          <span class="vt worse">
            {' · ▼ '}
            <Pieces text={against.worse.join(', ')} /> worse
          </span>
        )}
      </span>
    </>
  );
}
