import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules whose answer another theme can change. They take two thirds of axe's time. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

interface Axe {
  run(
    within: unknown,
    options: object,
  ): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }>;
}

export interface AxeChoice {
  /** Colours alone, or all that is no colour. @default every rule */
  readonly rules?: 'colours' | 'structure';
  /** Only elements that were not in sight when `rememberSeen` was called last. @default the whole page */
  readonly unseen?: boolean;
  /** Which findings count. @default those that axe calls serious or critical */
  readonly impacts?: 'any';
}

/** What axe finds in the page as it stands: each rule that is broken, with the first elements that break it. */
export async function axeFaults(page: Page, { rules, unseen, impacts }: AxeChoice = {}): Promise<unknown[]> {
  if (await page.evaluate('globalThis.axe === undefined')) await page.evaluate(AXE);
  const violations = await page.evaluate(
    async ({ rules, unseen, colours }) => {
      const { axe, seen } = globalThis as unknown as { axe: Axe; seen: WeakSet<Element> };
      const isNew = (element: Element) => element.getClientRects().length > 0 && !seen.has(element);
      const fresh = unseen ? [...document.querySelectorAll('body *')].filter(isNew) : [];
      if (unseen && fresh.length === 0) return [];
      const found = await axe.run(unseen ? { include: fresh } : document, {
        // Of what passed nothing is told: to tell it takes as long as to find it.
        ...{ resultTypes: ['violations'], preload: false },
        ...(rules === 'colours' && { runOnly: colours }),
        ...(rules === 'structure' && { rules: Object.fromEntries(colours.map((id) => [id, { enabled: false }])) }),
      });
      return found.violations.map(({ id, impact, nodes }) => ({
        ...{ id, impact },
        nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`),
      }));
    },
    { rules, unseen: unseen === true, colours: OF_COLOURS },
  );
  return violations
    .filter(({ impact }) => impacts === 'any' || impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, ...nodes]);
}

/** Remembers what is in sight at this width, for `unseen`. */
export async function rememberSeen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const visible = [...document.querySelectorAll('body *')].filter((each) => each.getClientRects().length > 0);
    Object.assign(globalThis, { seen: new WeakSet(visible) });
  });
}
