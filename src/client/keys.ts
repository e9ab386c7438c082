/** What keys do, wherever the focus is. Enter in the text field is the form's own. */

export type KeyAction = "mute" | "escape";

/** The part of a KeyboardEvent that decides. */
export interface Press {
  key: string;
  repeat: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/**
 * @param focus what has the focus: a text to type into, another control that Space would press, or neither
 */
export function keyAction(press: Press, focus: "text" | "control" | "none"): KeyAction | null {
  if (press.repeat || press.ctrlKey || press.altKey || press.metaKey) return null;
  if (press.key === "Escape") return "escape";
  return press.key === " " && focus === "none" ? "mute" : null;
}

/** Sorts the focused element for `keyAction`. */
export function focusKind(element: Element | null): "text" | "control" | "none" {
  if (!element) return "none";
  if (element.matches("input:not([type=range]):not([type=checkbox]), textarea, [contenteditable]")) {
    return "text";
  }
  return element.matches("button, select, summary, input, a[href]") ? "control" : "none";
}
