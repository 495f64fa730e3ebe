import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { expect, test } from 'vitest';
import * as metrics from '../src/index.ts';

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-headless-shell',
];
const browserPath = PLACES.find((path) => path !== undefined && existsSync(path));

/** The package as one script that leaves its exports in `window.metrics`. */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      lib: { entry: fileURLToPath(new URL('../src/index.ts', import.meta.url)), formats: ['iife'], name: 'metrics' },
      rollupOptions: {
        onwarn: (warning) => {
          throw new Error(`the bundle is not self-contained: ${warning.message}`);
        },
      },
    },
  });
  const [{ output }] = result as unknown as [{ output: [{ code: string }] }];
  return output[0].code;
}

/** Figures of every kind of kernel, WebAssembly included. */
function figures(m: typeof metrics) {
  const long = 'the quick brown fox jumps over the lazy dog '.repeat(40);
  const other = `${long.slice(0, 900)}and then some other words ${long.slice(400)}`;
  const bleu = m.bleu();
  const rouge = m.rouge({ types: ['rouge1', 'rougeL'] });
  const generator = m.createGenerator(7);
  return {
    bleu: bleu.score(bleu.statistics('the cat sat on the mat', ['a cat sat on the mat'])).score,
    rouge: rouge.score(rouge.statistics(other, [long])),
    exact: m.exactMatch(' Paris ', 'Paris'),
    distance: m.levenshteinDistance(long, other),
    wilson: m.wilsonInterval(7, 20),
    mean: m.Moments.of([0.1, 0.2, 0.7]).mean(),
    random: [generator.random(), generator.random()],
  };
}

test.skipIf(browserPath === undefined)(
  'the bundled package gives the same figures in Chromium (skipped without a Chromium; set CHROMIUM_PATH)',
  async () => {
    const code = await bundle();
    const browser = await chromium.launch({
      executablePath: browserPath!,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: code });
      const found = await page.evaluate(`(${figures.toString()})(metrics)`);
      expect(found).toEqual(JSON.parse(JSON.stringify(figures(metrics))));
    } finally {
      await browser.close();
    }
  },
);

test('no source file imports anything but its own', async () => {
  const code = await bundle();
  expect(code).not.toMatch(/require\(|from\s*["']/);
});
