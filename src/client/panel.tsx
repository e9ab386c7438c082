/** What opens beside the stage on a desk and over it on a phone. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useWords } from "./i18n.ts";
import { CloseIcon } from "./icons.tsx";

interface PanelProps {
  title: string;
  close: () => void;
  /** Buttons beside the title. */
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export function Panel({ title, close, tools, children }: PanelProps) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Whoever comes by keyboard goes on inside the panel, and later from where they came.
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => before instanceof HTMLElement && before.focus({ preventScroll: true });
  }, []);
  return (
    <aside class="panel" aria-label={title}>
      <header>
        <h2 ref={heading} tabIndex={-1}>{title}</h2>
        {tools}
        <button
          type="button"
          class="round plain"
          title={words.close}
          aria-label={words.close}
          onClick={close}
        >
          <CloseIcon />
        </button>
      </header>
      <div class="panel-body">{children}</div>
    </aside>
  );
}
