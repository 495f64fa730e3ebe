/** @jsxImportSource preact */
import type { PackedTokens } from '../../src/rows/page-data.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import { Label, Pieces } from '../marks/words.tsx';
import { hardest, heatOf, meanNats, SHADES, shareWords } from './token-heat.ts';

/** Answers that a card draws token by token; a sample may have been asked hundreds. */
const MOST = 12;

/** The tokens of a row's answers, the less likely the darker. */
export function TokenStrips({ tokens }: { readonly tokens: Readonly<Record<string, PackedTokens>> }) {
  const all = Object.entries(tokens);
  const shown = all.slice(0, MOST);
  return (
    <details class="token-strips">
      <summary>Tokens</summary>
      <Shades />
      {shown.map(([key, strip]) => (
        <Strip key={key} name={all.length === 1 ? null : key} strip={strip} />
      ))}
      {all.length > shown.length && (
        <p class="none">
          The first {shown.length} of {formatCount(all.length)} texts; the journal has them all.
        </p>
      )}
    </details>
  );
}

/** What the shades mean. */
export function Shades() {
  return (
    <p class="shades">
      {SHADES.map(({ words }, at) => (
        <span key={words}>
          <i class={`tk heat-${at}`} aria-hidden="true" /> {words}
        </span>
      ))}
    </p>
  );
}

/** The first of a text's tokens, at most `most`. */
export function Tokens({ strip: { texts, nats }, most = texts.length }: { strip: PackedTokens; most?: number }) {
  return (
    <p class="tokens">
      {texts.slice(0, most).map((text, at) => (
        <Token key={at} text={text} nats={nats[at]!} />
      ))}
      {texts.length > most && '…'}
    </p>
  );
}

/** White space before a word is not shaded: words stand apart. */
function Token({ text, nats }: { readonly text: string; readonly nats: number }) {
  const word = text.trimStart();
  const space = word === '' ? '' : text.slice(0, text.length - word.length);
  return (
    <>
      {space}
      <span class={`tk heat-${heatOf(nats)}`} title={shareWords(nats)}>
        {text === '' ? <span class="none">◦</span> : <Pieces text={text.slice(space.length)} />}
      </span>
    </>
  );
}

function Strip({ name, strip }: { readonly name: string | null; readonly strip: PackedTokens }) {
  const { texts, nats, of } = strip;
  const least = hardest(strip);
  return (
    <div class="token-strip">
      {name !== null && (
        <h5>
          <Label text={name} />
        </h5>
      )}
      <Tokens strip={strip} />
      <p class="note">
        {of === undefined ? plural(texts.length, 'token') : `The first ${texts.length} of ${formatCount(of)} tokens`}
        {texts.length > 0 && <>, perplexity {Math.exp(-meanNats(strip)).toPrecision(3)}</>}
        {least.length > 0 && '; least likely: '}
        {least.map((at, i) => (
          <span key={at}>
            {i > 0 && ', '}“<Pieces text={texts[at]!.trim()} />” {shareWords(nats[at]!)}
          </span>
        ))}
      </p>
    </div>
  );
}
