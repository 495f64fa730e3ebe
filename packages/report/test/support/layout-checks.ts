import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export const WIDTHS = [390, 768, 1280, 1920] as const;

/** Elements whose text is cut off, or which reach beyond the window. One-line rows are shortened, and stand in full beside. */
function misplaced(page: Page, width: number): Promise<string[]> {
  return page.evaluate((right) => {
    const allowed = '.vh, .rows, .row, .trend, svg, option';
    const told: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (element.closest(allowed) !== null || element.closest('.scrolled') !== null) continue;
      const style = getComputedStyle(element);
      if (style.display === 'none' || element.getClientRects().length === 0) continue;
      const name = `${element.tagName}.${element.className} ${element.textContent?.slice(0, 40)}`;
      const isCut = style.overflowX !== 'visible' && style.overflowX !== 'auto' && element.tagName !== 'SELECT';
      if (isCut && element.tagName !== 'INPUT' && element.scrollWidth > element.clientWidth + 1)
        told.push(`cut: ${name}`);
      if (element.getBoundingClientRect().right > right + 1) told.push(`beyond: ${name}`);
    }
    return told;
  }, width);
}

async function faults(page: Page): Promise<unknown[]> {
  await page.addScriptTag({ content: axe.source });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]);
  });
}

/**
 * Fails where the page overflows, cuts text off or is hard to reach. The page must be as wide as `width` and its
 * content-security-policy bypassed, so that axe can run in it.
 * @param where names the page in what is told
 */
export async function checkLayout(page: Page, width: number, where: string): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth'), where).toBe(width);
  expect(await misplaced(page, width), where).toEqual([]);
  // Colours do not depend on the width, and places on no colour: two widths stand for the others.
  if (width === 390 || width === 1280) expect(await faults(page), where).toEqual([]);
}
