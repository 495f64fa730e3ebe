// Draws the pictures of README and docs again: a run that is made up from a seed, its page, and Chromium. `npm run screenshots`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const REPORT = fileURLToPath(new URL('..', import.meta.url));
const IMAGES = join(REPORT, '../../docs/images');

/** File → theme, place of the page, and height of the window. */
const PICTURES = {
  'report-light': { colorScheme: 'light', hash: '', height: 1500 },
  'report-dark': { colorScheme: 'dark', hash: '', height: 1500 },
  'explorer-dark': { colorScheme: 'dark', hash: '#samples&list=fixed', height: 900 },
};

const conditions = ['assay:src'];
const server = await createServer({
  root: REPORT,
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, watch: null },
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
});
const folder = mkdtempSync(join(tmpdir(), 'assay-screenshots-'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const { writeReport } = await server.ssrLoadModule('/src/write-report.ts');
  const { makeRun } = await server.ssrLoadModule('/test/make-run.ts');
  const file = join(folder, 'report.html');
  await writeReport(makeRun(), file);
  for (const [name, { colorScheme, hash, height }] of Object.entries(PICTURES)) {
    const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme });
    await page.goto(`${pathToFileURL(file)}${hash}`);
    await page.locator('.row .row-input').first().waitFor();
    await page.locator('.questions .c').first().waitFor();
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
