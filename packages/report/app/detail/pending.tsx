/** @jsxImportSource preact */

/** In place of texts that are being loaded, or why they cannot be had. */
export function Pending({ reason }: { readonly reason: string | null }) {
  return reason === null ? <p class="none">…</p> : <p class="error">{reason}</p>;
}
