/** @jsxImportSource preact */
export interface JumpBarProps {
  /** Ids and names of the sections, in their order. */
  readonly sections: readonly (readonly [id: string, name: string, ...rest: readonly unknown[]])[];
}

/** Ways to the sections, without touching what the address says of them. */
export function JumpBar({ sections }: JumpBarProps) {
  return (
    <nav class="jump" aria-label="On this page">
      <div class="wrap">
        {sections.map(([id, name]) => (
          <a
            key={id}
            href={`#${id}`}
            onClick={(event) => {
              event.preventDefault();
              const section = document.getElementById(id);
              section?.scrollIntoView();
              section?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
            }}
          >
            {name}
          </a>
        ))}
      </div>
    </nav>
  );
}
