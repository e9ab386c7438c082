/** Keeps the page above a phone's keyboard where the browser lays it over the page (Safari). */
export function fitViewport(): void {
  const viewport = globalThis.visualViewport;
  if (!viewport) return;
  const fit = () => {
    // Pinch-zoom also changes the viewport; only the keyboard should change the layout.
    if (viewport.scale > 1.01) return;
    const { style } = document.documentElement;
    style.setProperty("--view-height", `${viewport.height}px`);
    style.setProperty("--view-top", `${viewport.offsetTop}px`);
  };
  viewport.addEventListener("resize", fit);
  viewport.addEventListener("scroll", fit);
  fit();
}
