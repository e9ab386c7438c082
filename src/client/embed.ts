/** How the page is shown as a part of another one. */

/** `?embed=transparent`: nothing but the face and the bar, over whatever lies behind the page. */
export const TRANSPARENT = new URLSearchParams(globalThis.location?.search).get("embed") === "transparent";
