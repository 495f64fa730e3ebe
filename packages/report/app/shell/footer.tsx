/** @jsxImportSource preact */
export function Footer() {
  return (
    <footer>
      <div class="wrap">
        <span>Nothing on this page is fetched from anywhere.</span>
        <span>Right is better on every axis.</span>
        <span>▲ better and ▼ worse are said only after adjusting for all comparisons made.</span>
      </div>
    </footer>
  );
}
