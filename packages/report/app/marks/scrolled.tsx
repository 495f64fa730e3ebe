/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';

/** What may be wider than a narrow window, and is scrolled there: by keys too. */
export function Scrolled({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="scrolled" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
