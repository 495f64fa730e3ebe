/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
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
  const canAdd = candidates.length < most && sides.length > taken.length;
  const [only] = choices.candidates;
  if (only === undefined) return null;
  const add = canAdd && (
    <AddSide choices={choices} taken={taken} onAdd={(value) => go(baseline, [...candidates, value])} />
  );
  const first = (
    <Picker label="Baseline ★" {...{ choices, taken, value: baseline }} onPick={(it) => go(it, candidates)} />
  );
  if (candidates.length === 1)
    return (
      <div class="wrap">
        <div class="versus">
          {first}
          <button type="button" class="btn" aria-label="Exchange the sides" onClick={() => go(only.value, [baseline])}>
            ⇄
          </button>
          <Picker label="Candidate" {...{ choices, taken, value: only.value }} onPick={(it) => go(baseline, [it])} />
        </div>
        <div class="side-facts">
          <SideFacts side={only} />
          {add}
        </div>
      </div>
    );
  return (
    <div class="wrap">
      <div class="versus several">
        {first}
        {choices.candidates.map((side, at) => (
          <Picker
            key={side.value}
            label={`Candidate ${at + 1}`}
            {...{ choices, taken, value: side.value }}
            onPick={(value) => go(baseline, candidates.with(at, value))}
            onLeave={() => go(baseline, candidates.toSpliced(at, 1))}
          >
            <div class="side-facts">
              <SideFacts side={side} />
            </div>
          </Picker>
        ))}
      </div>
      {add && <div class="side-facts">{add}</div>}
    </div>
  );
}

interface AddSideProps {
  readonly choices: SideChoices;
  readonly taken: readonly string[];
  readonly onAdd: (value: string) => void;
}

function AddSide({ choices, taken, onAdd }: AddSideProps) {
  return (
    <select class="field" aria-label="Add a candidate" value="" onChange={(event) => onAdd(event.currentTarget.value)}>
      <option value="">+ add a candidate</option>
      {choices.sides
        .filter(({ value }) => !taken.includes(value))
        .map(({ value, label }) => (
          <option key={value} value={value}>
            {visibleText(label)}
          </option>
        ))}
    </select>
  );
}

/** What a difference of scores may come from. */
function SideFacts({ side: { differs, same } }: { readonly side: ChosenSide }) {
  return (
    <p>
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
  /** Sides of the comparison, none of which this one can become. */
  readonly taken: readonly string[];
  readonly onPick: (value: string) => void;
  /** Takes the side out; without it it stays. */
  readonly onLeave?: () => void;
  /** What stands below. */
  readonly children?: ComponentChildren;
}

function Picker({ label, choices, value, taken, onPick, onLeave, children }: PickerProps) {
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
      {children}
      {onLeave !== undefined && (
        <button type="button" class="btn bare leave" aria-label={`Take out ${label}`} onClick={onLeave}>
          ×
        </button>
      )}
    </div>
  );
}
