import type { Prop, Stage } from '../stage/stage.js';

/** A part of the play that can be chosen by its name. */
export interface Chapter {
  /** As the command line names it. */
  readonly name: string;
  readonly title: string;
  /** Chapters that play before it, chosen or not. */
  readonly after: readonly string[];
  /** What it plays with; a prop that no chosen chapter needs is not made. */
  readonly needs: readonly Prop<unknown>[];
  play(stage: Stage): Promise<void>;
}
