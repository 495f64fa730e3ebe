/** @jsxImportSource preact */
import type { SideChoices } from '../../src/formats/report-options.ts';
import { visibleText } from '../../src/text/visible-text.ts';
import { Name, Pieces } from '../marks/words.tsx';

/** The two sides of a comparison, each of which another can take the place of. */
export function SidePickers({ choices }: { readonly choices: SideChoices }) {
  const go = (baseline: string, candidate: string) => {
    const query = new URLSearchParams({ baseline, candidate });
    location.href = `${location.pathname}?${query}`;
  };
  const { baseline, candidate } = choices;
  return (
    <div class="wrap">
      <div class="versus">
        <Picker
          label="Baseline ★"
          {...{ choices, value: baseline, other: candidate }}
          onPick={(it) => go(it, candidate)}
        />
        <button type="button" class="btn" aria-label="Exchange the sides" onClick={() => go(candidate, baseline)}>
          ⇄
        </button>
        <Picker
          label="Candidate"
          {...{ choices, value: candidate, other: baseline }}
          onPick={(it) => go(baseline, it)}
        />
      </div>
      {choices.facts !== undefined && <SideFacts {...choices.facts} />}
    </div>
  );
}

/** What a difference of scores may come from. */
function SideFacts({ differs, same }: NonNullable<SideChoices['facts']>) {
  return (
    <p class="side-facts">
      <span>
        <b>Differs:</b> <Pieces text={differs.length === 0 ? 'nothing that is recorded' : differs.join(', ')} />
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
  /** The other side, which this one cannot be. */
  readonly other: string;
  readonly onPick: (value: string) => void;
}

function Picker({ label, choices, value, other, onPick }: PickerProps) {
  return (
    <label class="pickbox">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {choices.sides.map((side) => (
          <option key={side.value} value={side.value} disabled={side.value === other}>
            {visibleText(side.label)}
          </option>
        ))}
      </select>
      {/* A select cuts what is long. */}
      <small>
        <Name text={choices.sides.find((side) => side.value === value)?.label ?? ''} />
      </small>
    </label>
  );
}
