/** @jsxImportSource preact */
import type { ChosenSide, SideChoices } from '../../src/formats/report-options.ts';
import { visibleText } from '../../src/text/visible-text.ts';
import { Name, Pieces } from '../marks/words.tsx';

/** Opens the comparison of other sides. */
function go(baseline: string, candidates: readonly string[]): void {
  const query = new URLSearchParams([['baseline', baseline], ...candidates.map((value) => ['candidate', value])]);
  location.href = `${location.pathname}?${query}`;
}

/** The sides of a comparison, each of which another can take the place of; candidates come and go. */
export function SidePickers({ choices }: { readonly choices: SideChoices }) {
  const { sides, baseline, most } = choices;
  const candidates = choices.candidates.map(({ value }) => value);
  const taken = [baseline, ...candidates];
  const [only] = candidates.length === 1 ? candidates : [];
  const canAdd = candidates.length < most && sides.length > taken.length;
  return (
    <div class="wrap">
      <div class={only === undefined ? 'versus several' : 'versus'}>
        <Picker label="Baseline ★" {...{ choices, taken, value: baseline }} onPick={(value) => go(value, candidates)} />
        {only !== undefined && (
          <button type="button" class="btn" aria-label="Exchange the sides" onClick={() => go(only, [baseline])}>
            ⇄
          </button>
        )}
        {candidates.map((candidate, at) => (
          <Picker
            key={candidate}
            label={only === undefined ? `Candidate ${at + 1}` : 'Candidate'}
            {...{ choices, taken, value: candidate }}
            onPick={(value) => go(baseline, candidates.with(at, value))}
            {...(only === undefined && { onLeave: () => go(baseline, candidates.toSpliced(at, 1)) })}
          />
        ))}
      </div>
      <div class="side-facts">
        {choices.candidates.map((side, at) => (
          <SideFacts key={side.value} side={side} label={only === undefined ? `Candidate ${at + 1}` : null} />
        ))}
        {canAdd && (
          <select
            class="field"
            aria-label="Add a candidate"
            value=""
            onChange={(event) => go(baseline, [...candidates, event.currentTarget.value])}
          >
            <option value="">+ add a candidate</option>
            {sides
              .filter(({ value }) => !taken.includes(value))
              .map(({ value, label }) => (
                <option key={value} value={value}>
                  {visibleText(label)}
                </option>
              ))}
          </select>
        )}
      </div>
    </div>
  );
}

/** What a difference of scores may come from. */
function SideFacts({ side: { differs, same }, label }: { readonly side: ChosenSide; readonly label: string | null }) {
  return (
    <p>
      <span>
        <b>{label === null ? 'Differs:' : `${label} differs:`}</b>{' '}
        <Pieces text={differs.length === 0 ? 'nothing that is recorded' : differs.join(', ')} />
      </span>
      {same.length > 0 && (
        <span>
          <b>Same:</b> <Pieces text={same.join(', ')} />
        </span>
      )}
    </p>
  );
}

interface PickerProps {
  readonly label: string;
  readonly choices: SideChoices;
  readonly value: string;
  /** Sides of the comparison, none of which this one can become. */
  readonly taken: readonly string[];
  readonly onPick: (value: string) => void;
  /** Takes the side out; without it it stays. */
  readonly onLeave?: () => void;
}

function Picker({ label, choices, value, taken, onPick, onLeave }: PickerProps) {
  return (
    <div class="pickbox">
      <label>
        <span>{label}</span>
        <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
          {choices.sides.map((side) => (
            <option key={side.value} value={side.value} disabled={side.value !== value && taken.includes(side.value)}>
              {visibleText(side.label)}
            </option>
          ))}
        </select>
      </label>
      {/* A select cuts what is long. */}
      <small>
        <Name text={choices.sides.find((side) => side.value === value)?.label ?? ''} />
      </small>
      {onLeave !== undefined && (
        <button type="button" class="btn bare leave" aria-label={`Take out ${label}`} onClick={onLeave}>
          ×
        </button>
      )}
    </div>
  );
}
