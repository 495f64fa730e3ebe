/** @jsxImportSource preact */
import { formatScore } from '../../src/wording/format-number.ts';
import { percent } from '../marks/place.ts';
import { Label } from '../marks/words.tsx';

/** Texts that a page lists; a sample may have been asked hundreds. */
const MOST = 40;

/** Log-probabilities of a sample's texts, as the run kept them: the longer the bar, the less likely the text. */
export function LogProbabilities({ nats }: { readonly nats: Readonly<Record<string, number>> }) {
  const all = Object.entries(nats);
  const shown = all.slice(0, MOST);
  const least = Math.min(...shown.map(([, value]) => value), -1e-9);
  return (
    <details>
      <summary>Log-probabilities</summary>
      <table class="nats">
        <tbody>
          {shown.map(([key, value]) => (
            <tr key={key}>
              <th scope="row">
                <Label text={key} />
              </th>
              <td class="num">{formatScore(value)}</td>
              <td>
                <svg class="bar" aria-hidden="true">
                  <rect width={percent((100 * value) / least)} height="100%" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > shown.length && (
        <p class="none">
          The first {shown.length} of {all.length}; the journal has them all.
        </p>
      )}
    </details>
  );
}
