/** One caller's face in a call: what it says, what it is told to do, and the life between. */
import type { FrameOf } from "../engine/frame.ts";
import { createLife, type Look } from "./life.ts";
import { createLips } from "./lips.ts";
import type { Random } from "./random.ts";
import { createScript } from "./script.ts";

export interface Actor {
  /** Takes the times of a clause. */
  announce(clause: FrameOf<"phonemes">): void;
  /** A turn is over. */
  end(turn: FrameOf<"turn.end">): void;
  /** How the face looks at the moment of a tick, `dt` seconds after the last one. */
  step(dt: number, tick: FrameOf<"video.tick">): Look;
}

export function createActor(random: Random): Actor {
  const life = createLife(random), lips = createLips(), script = createScript();
  return {
    announce(clause) {
      lips.announce(clause, clause.spans);
      script.announce(clause, clause.words, clause.cues);
    },
    end({ turn, interrupted }) {
      lips.forget(turn);
      if (interrupted) life.stop();
      for (const { name, level } of script.end(turn, interrupted)) life.play(name, level);
    },
    step(dt, tick) {
      const { position, mood } = tick;
      for (const { name, level } of script.due(tick, position)) life.play(name, level);
      return life.step(dt, mood, lips.step(dt, tick, position), tick);
    },
  };
}
