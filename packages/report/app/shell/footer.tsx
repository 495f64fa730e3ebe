/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';

/** @param children what else there is to say of a page @default how verdicts are drawn */
export function Footer({ children }: { readonly children?: ComponentChildren }) {
  return (
    <footer>
      <div class="wrap">
        <span>Nothing on this page is fetched from anywhere.</span>
        {children ?? (
          <>
            <span>Right is better on every axis.</span>
            <span>▲ better and ▼ worse are said only after adjusting for all comparisons made.</span>
          </>
        )}
      </div>
    </footer>
  );
}
