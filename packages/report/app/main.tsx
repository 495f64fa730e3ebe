/** @jsxImportSource preact */
import './page.css';
import { render } from 'preact';
import { openSampleSource } from './data/sample-source.ts';
import { Explorer } from './explorer.tsx';
import { startTheme } from './shell/theme-toggle.ts';

const wireTheme = startTheme();

async function start(): Promise<void> {
  const button = document.getElementById('theme');
  if (button !== null) wireTheme(button);
  const place = document.getElementById('explorer');
  if (place === null) return;
  try {
    const source = await openSampleSource(place.dataset.folder ?? '');
    if (source.index.rows === 0) return;
    place.textContent = '';
    render(<Explorer source={source} />, place);
  } catch (error) {
    place.textContent = error instanceof Error ? error.message : String(error);
  }
}

document.addEventListener('DOMContentLoaded', () => void start());
