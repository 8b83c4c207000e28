import { type CommandError, asCommandError, call as command } from "../../ipc";

/** What was typed in a form and not saved, as it is kept. */
export type Kept = { place: string; at: number; text: string };

/**
 * What is typed in the window's forms and not saved: each form says it whole at every letter, and the shell keeps it.
 * The window may be closed, the program killed: the form is there again with it.
 *
 * Each form has a place of its own, which begins with its section: `customer/…`, `settings/…`, `campaign/…`, `outbox/…`.
 */
export class Forms {
  /** By place. */
  kept = $state.raw<ReadonlyMap<string, Kept>>(new Map());
  /** Why what is typed at a place is only here and in the running program. */
  problems = $state.raw<ReadonlyMap<string, CommandError>>(new Map());
  private revision = 0;
  private version: number | null = null;
  private first: Promise<void> | null = null;
  private readonly underWay = new Map<string, number>();
  /** Places that were told since the shell was asked last: its answer may be older. */
  private told = new Set<string>();

  /** What the desk says: when it is another number, what is kept is not what was typed here. */
  see(version: number): void {
    if (version === this.version) return;
    this.version = version;
    this.first = this.ask();
  }

  /** Resolves once it is known what is kept. */
  heard(): Promise<void> {
    return (this.first ??= this.ask());
  }

  of(place: string): Kept | null {
    return this.kept.get(place) ?? null;
  }

  /** What is kept of a section, the newest first. */
  in(section: string): Kept[] {
    return [...this.kept.values()].filter(({ place }) => place.startsWith(`${section}/`)).sort((a, b) => b.at - a.at);
  }

  /** The form as it stands; `null`: there is nothing in it that is not saved. */
  type(place: string, typed: unknown): void {
    if (typed === null) return this.gone(place);
    const text = JSON.stringify(typed);
    if (text === this.of(place)?.text) return;
    this.kept = new Map(this.kept).set(place, { place, at: Date.now(), text });
    void this.tell(place, (revision) => command("form_typed", { place, typed: text, revision }));
  }

  /** It was saved, or discarded. */
  gone(place: string): void {
    if (!this.kept.has(place)) return;
    this.kept = without(this.kept, place);
    void this.tell(place, (revision) => command("form_gone", { place, revision }));
  }

  private async ask(): Promise<void> {
    this.told = new Set(this.underWay.keys());
    try {
      const { drafts, revision } = await command("form_drafts");
      this.revision = Math.max(this.revision, revision);
      const kept = new Map<string, Kept>();
      const problems = new Map<string, CommandError>();
      for (const { place, at, typed, not_kept } of drafts) {
        if (this.told.has(place)) continue;
        kept.set(place, { place, at, text: typed });
        if (not_kept) problems.set(place, { code: "not_saved", message: not_kept.message });
      }
      for (const place of this.told) {
        const own = this.kept.get(place);
        const problem = this.problems.get(place);
        if (own) kept.set(place, own);
        if (problem) problems.set(place, problem);
      }
      this.kept = kept;
      this.problems = problems;
    } catch (thrown) {
      console.error("what was typed before cannot be read:", asCommandError(thrown).message);
    }
  }

  private async tell(place: string, say: (revision: number) => Promise<unknown>): Promise<void> {
    this.told.add(place);
    this.underWay.set(place, (this.underWay.get(place) ?? 0) + 1);
    try {
      await this.heard();
      await say(++this.revision);
      if (this.problems.has(place)) this.problems = without(this.problems, place);
    } catch (thrown) {
      this.problems = new Map(this.problems).set(place, asCommandError(thrown));
    } finally {
      const left = (this.underWay.get(place) ?? 1) - 1;
      if (left > 0) this.underWay.set(place, left);
      else this.underWay.delete(place);
    }
  }
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

let one = new Forms();
export const forms = (): Forms => one;
/** Begins anew; for tests. */
export const forgetForms = (): void => void (one = new Forms());

/**
 * What was kept, in the shape the form has today: what is missing or of another kind is as in `blank`, what the form
 * does not know any more is left out.
 */
export function shaped<T extends object>(blank: T, found: unknown): T {
  const given = isObject(found) ? found : {};
  const parts = Object.entries(blank).map(([key, preset]) => {
    const value = given[key];
    const fits =
      value !== undefined && (preset === null || (typeof value === typeof preset && Array.isArray(value) === Array.isArray(preset) && value !== null));
    return [key, fits ? value : preset];
  });
  return Object.fromEntries(parts) as T;
}

/** The text of what was kept, read; nothing that is no object. */
export function read(kept: Kept | null): Record<string, unknown> | null {
  if (kept === null) return null;
  try {
    const found: unknown = JSON.parse(kept.text);
    return isObject(found) ? found : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
