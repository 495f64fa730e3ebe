import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type AxeChoice, axeFaults, rememberSeen } from './axe-faults.ts';

/** The widths at which axe looks; the wide one comes first. */
const [WIDE, NARROW] = [1280, 390];
const WIDTHS = [WIDE, NARROW, 768, 1920];

/** Elements whose text is cut off, or which reach beyond the window. One-line rows are shortened, and stand in full beside. */
function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // What a new width or theme changes by script is drawn in the next frame.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const allowed = '.vh, .rows, .row, .trend, svg, option, .scrolled';
    const told: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (element.getClientRects().length === 0 || element.closest(allowed) !== null) continue;
      const faults: string[] = [];
      if (element.scrollWidth > element.clientWidth + 1 && !['INPUT', 'SELECT'].includes(element.tagName)) {
        const { overflowX } = getComputedStyle(element);
        if (overflowX !== 'visible' && overflowX !== 'auto') faults.push('cut');
      }
      if (element.getBoundingClientRect().right > innerWidth + 1) faults.push('beyond');
      for (const fault of faults)
        told.push(`${fault}: ${element.tagName}.${element.className} ${element.textContent?.slice(0, 40)}`);
    }
    return told;
  });
}

/**
 * Fails where the page overflows, cuts text off or is hard to reach, at any of the widths, light or dark. The page is opened
 * once: the app asks neither for its width nor for the theme, so that style sheets alone answer to both.
 * @param where names the page in what is told
 */
export async function checkLayout(page: Page, where: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const here = `${where} at ${width} in ${colorScheme}`;
      expect(await misplaced(page), here).toEqual([]);
      expect(await page.evaluate('[innerWidth, document.documentElement.scrollWidth]'), here).toEqual([width, width]);
      for (const choice of axeChoices(width, colorScheme)) expect(await axeFaults(page, choice), here).toEqual([]);
    }
    if (width === WIDE) await rememberSeen(page);
  }
}

/**
 * Colours do not depend on the width, and places on no colour: a wide window and a narrow one stand for the others, places are
 * looked at in light, and colours of a narrow window where it shows what the wide one did not.
 */
function axeChoices(width: number, colorScheme: 'light' | 'dark'): readonly AxeChoice[] {
  if (width === WIDE) return [colorScheme === 'light' ? {} : { rules: 'colours' }];
  if (width !== NARROW) return [];
  const colours = { rules: 'colours', unseen: true } as const;
  return colorScheme === 'light' ? [{ rules: 'structure' }, colours] : [colours];
}
