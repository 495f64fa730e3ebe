import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's shell without windows comes last: a small page of its takes a third of the time, one of 100,000 characters longer. */
const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-headless-shell',
];

/** The Chromium on this machine; null where there is none. */
export const CHROMIUM: string | null = PLACES.find((path) => path !== undefined && existsSync(path)) ?? null;

/** For a test's name: why it is skipped, or nothing. */
export const NO_CHROMIUM: string = CHROMIUM === null ? ' (skipped: no Chromium here; set CHROMIUM_PATH)' : '';

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--no-sandbox', '--headless', '--disable-background-networking'],
  });
}

export interface WatchedPage {
  readonly page: Page;
  /** Console messages of any level, and uncaught errors. */
  readonly complaints: string[];
  /** URLs asked for, the page itself aside. */
  readonly requests: string[];
}

/** Opens a file and keeps a list of all that a quiet, self-contained page must not do. */
export async function openPage(
  browser: Browser,
  file: string,
  options: Parameters<Browser['newPage']>[0] = {},
  hash = '',
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(`file://${file}`) && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(`file://${file}${hash}`);
  return { page, complaints, requests };
}
