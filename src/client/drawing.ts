/**
 * The page draws the face itself, from looks that the server sends instead of pictures: always, when the server is short of
 * processor time, or never. The server's picture stays until the page's own one is there, and comes back when it fails.
 */
import { createBetween } from "../face/between.ts";
import { decodeLook, listOf } from "../face/look_code.ts";
import type { ClientMessage, Drawer, FaceChoice, ServerMessage } from "../rtc/signalling.ts";
import type { Model, Painting } from "./painting.ts";
import { createPictureRate } from "./picture_rate.ts";
import type { Store } from "./store.ts";
import type { CallView } from "./view.ts";

/** The world outside, replaced in tests. */
export interface DrawingTools {
  /** "page": from the beginning; "auto": when the server asks; "server": never. */
  drawer(): Drawer | "auto";
  /** What would be drawn; null: nothing that this page can draw. */
  model(face: FaceChoice): Model | null;
  /** What the caller wishes to see. */
  face(): FaceChoice;
  /** Rejects in one line. */
  openModel(model: Model): Promise<Painting>;
}

/** What holds for one connection. */
interface State {
  /** Can messages be sent? */
  open: boolean;
  /** Has the server's first picture been shown? Browsers play no sound before it. */
  seen: boolean;
  /** The server has asked for help. */
  asked: boolean;
  /** The server knows that it may. */
  offered: boolean;
  /** It was tried, and did not work. */
  failed: boolean;
  /** Who draws by the server's last word, and who the page has asked for. */
  drawer: Drawer;
  wanted: Drawer;
}
const CLOSED: State = {
  open: false,
  seen: false,
  asked: false,
  offered: false,
  failed: false,
  drawer: "server",
  wanted: "server",
};

export class Drawing {
  readonly #tools: DrawingTools;
  readonly #view: Store<CallView>;
  readonly #send: (message: ClientMessage) => void;
  readonly #looks = createBetween();
  /** The names of the weights, by the number of their list. */
  readonly #lists = new Map<number, readonly string[]>();
  /** What is on the easel, or on its way there; one at a time. */
  #model: Model | null = null;
  #painting: Painting | null = null;
  #link: State = { ...CLOSED };
  readonly #rate = createPictureRate();

  constructor(tools: DrawingTools, view: Store<CallView>, send: (message: ClientMessage) => void) {
    this.#tools = tools;
    this.#view = view;
    this.#send = send;
  }

  /** Messages can be sent from now on. */
  open(): void {
    this.#link.open = true;
    this.update();
  }

  /** The connection is gone. */
  close(): void {
    this.#link = { ...CLOSED };
    this.#lists.clear();
    this.#looks.clear();
    if (!this.#painting?.rest) this.#putAway();
    this.update();
  }

  /** The face, or who shall draw, has changed. */
  update(): void {
    const drawer = this.#tools.drawer(), face = this.#view.get().face ?? this.#tools.face();
    const model = !this.#link.failed && drawer !== "server" ? this.#tools.model(face) : null;
    // A face that the server does not know is all there is to see, in calls and between them.
    if (this.#model?.kind === "vrm" && model?.kind !== "vrm") this.#putAway();
    if (!this.#link.open) return model?.kind === "vrm" ? void this.#prepare(model) : undefined;
    this.#offer(model !== null && drawer === "auto");
    if (model && this.#link.seen && (drawer === "page" || this.#link.asked)) void this.#prepare(model);
    else this.#ask("server");
  }

  receive(message: Extract<ServerMessage, { type: "draw" | "drawn" }>): void {
    if (message.type === "draw") {
      this.#link.asked = true;
      return this.update();
    }
    if (message.by === "server") {
      // The canvas stays until there is a picture.
      this.#link.drawer = "server";
      return;
    }
    // Looks with the numbers of the list before may still be on their way.
    for (const number of [...this.#lists.keys()].slice(0, -1)) this.#lists.delete(number);
    this.#lists.set(message.list, message.names);
    if (this.#link.drawer === "server") this.#looks.clear();
    this.#link.drawer = "page";
  }

  /** A look has come, as `look_code.ts` writes it. */
  look(data: ArrayBuffer): void {
    const names = this.#lists.get(listOf(data)), look = names && decodeLook(data, names);
    if (look) this.#looks.add(look);
  }

  /**
   * Draws the moment that is heard.
   * @param media milliseconds of media time; null when it is not known, then the latest look will do
   * @param now milliseconds
   */
  paint(media: number | null, now: number): void {
    const look = this.#link.drawer === "page" ? this.#looks.at(media ?? this.#looks.latest) : null;
    const painting = this.#painting, { face, drawn } = this.#view.get();
    if (!painting || !look && !painting.rest) return;
    painting.furnish((face ?? this.#tools.face()).background);
    if (look) painting.paint(look);
    else painting.rest!();
    if (!drawn) this.#view.set({ drawn: true });
    const rate = this.#rate.note(now);
    if (rate !== null) this.#fail(`only ${rate.toFixed(1)} pictures a second`);
  }

  /** A picture of the server's is on the screen. */
  pictureShown(): void {
    if (!this.#link.seen) {
      this.#link.seen = true;
      return this.update();
    }
    const { drawn, face } = this.#view.get();
    if (this.#link.drawer === "page" || !drawn || this.#painting?.rest) return;
    this.#view.set({ drawn: false });
    if (!face || !this.#tools.model(face)) this.#putAway();
  }

  async #prepare(model: Model): Promise<void> {
    if (this.#model && same(this.#model, model)) return this.#painting ? this.#ask("page") : undefined;
    this.#model = model;
    try {
      const painting = await this.#tools.openModel(model);
      if (this.#model !== model) return painting[Symbol.dispose]();
      this.#painting?.[Symbol.dispose]();
      this.#painting = painting;
      painting.canvas.addEventListener("webglcontextlost", () => {
        if (this.#painting === painting) this.#fail("the graphics card took the drawing away");
      });
      this.#view.set({ canvas: painting.canvas });
      this.#ask("page");
    } catch (error) {
      if (this.#model === model) this.#fail((error as Error).message);
    }
  }

  #ask(by: Drawer): void {
    if (this.#link.wanted === by || !this.#link.open) return;
    this.#link.wanted = by;
    this.#send({ type: "draw", by });
  }

  #offer(on: boolean): void {
    if (on === this.#link.offered || !this.#link.open) return;
    this.#link.offered = on;
    this.#send({ type: "able", on });
  }

  /** The server draws again, and the caller is told why. */
  #fail(detail: string): void {
    this.#link.failed = true;
    this.#putAway();
    this.#offer(false);
    this.#ask("server");
    this.#view.set({ notice: { code: "drawing", detail } });
  }

  #putAway(): void {
    const painting = this.#painting;
    this.#model = this.#painting = null;
    this.#view.set({ canvas: null, drawn: false });
    painting?.[Symbol.dispose]();
  }
}

function same(a: Model, b: Model): boolean {
  return a.kind === b.kind && a.name === b.name;
}
