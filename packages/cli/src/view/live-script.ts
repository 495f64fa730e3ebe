/** Fetches the list of runs again while one goes on, and puts it in place where it changed. */
export const LIVE_SCRIPT = `'use strict';
const list = document.getElementById('runs');
async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch('runs-table', { cache: 'no-store' });
      const text = await answer.text();
      if (answer.ok && text !== look.shown) list.innerHTML = look.shown = text;
    } catch {
      // The viewer was stopped; the page stays as it is.
    }
  }
  setTimeout(look, list.querySelector('[data-state=running]') ? 1000 : 5000);
}
if (list) look();
`;
