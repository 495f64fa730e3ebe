import { AssayError } from '@assay/core/errors';
import { type Allowed, drawAllowed, endDraw, type OpenChoice } from './draw-allowed.ts';
import type { GenerationRow } from './generation-row.ts';
import { type Candidates, chooseToken, isPlainDraw, isPlainGreedy, onlyCandidates } from './sampling.ts';
import type { TokenConstraint } from './token-constraint.ts';

/**
 * Chooses a row's next token among those that keep to its form.
 * @param candidates the likeliest tokens, as many whatever else is in the batch
 * @returns what is left open to a look at all tokens
 * @throws AssayError RUNNER_CONSTRAINT where no token keeps to it
 */
export function chooseWithin(
  row: GenerationRow,
  constraint: TokenConstraint,
  candidates: Candidates,
): number | OpenChoice {
  const { job } = row;
  const remaining = remainingOf(row);
  // What must follow needs no second look, unless its log-probability is to be listed.
  const forced = (): number | 'all' => (job.top ? undefined : constraint.forced(remaining)) ?? 'all';
  if (isPlainGreedy(job.sampling)) return candidates.ids.find((id) => constraint.allows(id, remaining)) ?? forced();
  if (isPlainDraw(job.sampling)) {
    const few = constraint.fewAllowed(remaining);
    if (few !== null && !candidates.ids.some((id) => few.has(id))) return forced();
    return drawAllowed(candidates, contextOf(row), allowedBy(constraint, remaining), row.uniform) ?? forced();
  }
  const kept = onlyCandidates(candidates, (id) => constraint.allows(id, remaining));
  return kept === null ? forced() : (chosen(row, kept) ?? 'all');
}

/** Ends a choice that was left open. @param whole all tokens, best first */
export function chooseAmongAll(
  row: GenerationRow,
  constraint: TokenConstraint,
  whole: Candidates,
  open: OpenChoice,
): number {
  const { sampling } = row.job;
  const remaining = remainingOf(row);
  let token: number | null | undefined;
  if (isPlainGreedy(sampling)) token = whole.ids.find((id) => constraint.allows(id, remaining));
  else if (isPlainDraw(sampling)) {
    const allowed = allowedBy(constraint, remaining);
    token =
      open === 'all'
        ? (drawAllowed(whole, contextOf(row), allowed, row.uniform) as number | undefined)
        : endDraw(whole, open, contextOf(row), allowed, row.uniform);
  } else {
    const allowed = constraint.allowed(remaining);
    const kept = onlyCandidates(whole, (id) => allowed.has(id));
    token = kept === null ? undefined : chosen(row, kept);
  }
  if (token != null) return token;
  throw new AssayError('RUNNER_CONSTRAINT', 'the model has no token that keeps to the wanted form');
}

function chosen(row: GenerationRow, candidates: Candidates): number | null {
  const { sampling } = row.job;
  // One draw a token, whether it takes one look or two.
  if (sampling.temperature > 0) row.draw ??= row.uniform();
  return chooseToken(candidates, sampling, row.seen, row.counts, row.draw ?? 0);
}

function allowedBy(constraint: TokenConstraint, remaining: number): Allowed {
  const few = constraint.fewAllowed(remaining);
  if (few === null) return { has: (id) => constraint.allows(id, remaining), count: null };
  return { has: (id) => few.has(id), count: few.size };
}

function contextOf({ job, seen, counts }: GenerationRow) {
  return { options: job.sampling, seen, generated: counts };
}

/** Tokens that the answer may still have. */
function remainingOf({ job, generated }: GenerationRow): number {
  return job.maxNewTokens - generated.length;
}
