/** What opens beside the stage on a desk and over it on a phone. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
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
  // As part of drawing: on a busy machine it would come later and take the focus from whoever moved on already.
  useLayoutEffect(() => {
    // Whoever comes by keyboard goes on inside the panel, and later from where they came.
    const before = document.activeElement, byKeyboard = before?.matches(":focus-visible");
    heading.current?.focus({ preventScroll: true });
    return () => byKeyboard && before instanceof HTMLElement && before.focus({ preventScroll: true });
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
