import {
  type CommandError,
  type DoneImport,
  type FileHandle,
  type ImportChoices,
  type ImportPreview,
  type ImportProgress,
  type ImportTarget,
  type LastImport,
  asCommandError,
  call as command,
  listen,
} from "../../../ipc";

export type Stage = "none" | "looking" | "mapping" | "running" | "ended";

/** As the file suggests. */
const AS_IT_IS: ImportChoices = { columns: [], encoding: null, sheet: null, numbers_below: false, unclear: "ask" };

/** One import from choosing the file to its report. It goes on, and is listened to, whatever section is looked at. */
export class ImportJob {
  stage = $state<Stage>("none");
  preview = $state.raw<ImportPreview | null>(null);
  /** How the file is taken, but for its columns. */
  choices = $state<ImportChoices>({ ...AS_IT_IS });
  /** What each column of the preview becomes, in its order. */
  targets = $state<ImportTarget[]>([]);
  progress = $state.raw<ImportProgress | null>(null);
  /** The file is looked into once more. */
  looking = $state(false);
  stopping = $state(false);
  /** The one before, whoever began it and however it ended. */
  last = $state.raw<LastImport | null>(null);
  /** The imports of the last week, the newest first. */
  done = $state.raw<DoneImport[]>([]);
  problem = $state.raw<CommandError | null>(null);
  /** What the shell calls the file of the preview: its path stays there. */
  private file: FileHandle | null = null;
  private listening: Promise<() => void> | null = null;
  private turn = 0;

  /** The part that was read, from 0 to 1. */
  get share(): number {
    const { done_bytes, total_bytes } = this.progress ?? { done_bytes: 0, total_bytes: 0 };
    return total_bytes === 0 ? 0 : Math.min(1, done_bytes / total_bytes);
  }

  /** Hears of an import as long as somebody looks, even one that a window before this one began. */
  attend(): () => void {
    void this.hear().then(() => this.askLast());
    return () => {
      if (this.stage !== "running") this.stopHearing();
    };
  }

  async choose(): Promise<void> {
    const turn = ++this.turn;
    this.problem = null;
    try {
      const chosen = await command("pick_import_file");
      if (chosen === null || turn !== this.turn) return;
      this.stage = "looking";
      const preview = await command("import_preview", { file: chosen.handle, choices: AS_IT_IS });
      if (turn !== this.turn) return;
      this.file = chosen.handle;
      this.choices = { ...AS_IT_IS };
      this.preview = preview;
      this.targets = preview.columns.map(({ target }) => target);
      this.progress = null;
      this.stage = "mapping";
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.problem = asCommandError(thrown);
      this.stage = this.preview && this.progress === null ? "mapping" : "none";
    }
  }

  /** Looks into the file again, taken another way. */
  async lookAgain(change: Partial<Pick<ImportChoices, "encoding" | "sheet" | "numbers_below">>): Promise<void> {
    const { file, preview: before } = this;
    if (file === null || before === null || this.stage !== "mapping" || this.looking) return;
    const turn = ++this.turn;
    const choices = { ...$state.snapshot(this.choices), ...change };
    this.problem = null;
    this.looking = true;
    try {
      const preview = await command("import_preview", { file, choices });
      if (turn !== this.turn) return;
      this.choices = choices;
      this.preview = preview;
      // What somebody corrected stays, as long as the columns are the same.
      const isSame = preview.columns.length === before.columns.length && preview.columns.every(({ name }, at) => name === before.columns[at]?.name);
      if (!isSame) this.targets = preview.columns.map(({ target }) => target);
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.problem = asCommandError(thrown);
    } finally {
      this.looking = false;
    }
  }

  async start(): Promise<void> {
    const { file } = this;
    if (file === null || this.preview === null || this.stage !== "mapping") return;
    const choices = { ...$state.snapshot(this.choices), columns: $state.snapshot(this.targets) };
    await this.run("mapping", () => command("import_start", { file, choices }));
  }

  /** Whether rows stayed open, and somebody can say what becomes of them. */
  get canSettle(): boolean {
    return this.stage === "ended" && (this.progress?.unclear ?? 0) > 0;
  }

  /** Everything else is imported already: reading the file again does what was left open. */
  async settle(unclear: "same" | "another"): Promise<void> {
    if (!this.canSettle) return;
    const before = this.progress;
    await this.run("ended", () => command("import_settle", { unclear }));
    if (this.problem !== null) this.progress = before;
  }

  private async run(otherwise: Stage, begin: () => Promise<null>): Promise<void> {
    this.problem = null;
    this.stopping = false;
    this.progress = null;
    this.stage = "running";
    await this.hear();
    try {
      await begin();
    } catch (thrown) {
      this.problem = asCommandError(thrown);
      this.stage = otherwise;
    }
  }

  async cancel(): Promise<void> {
    this.stopping = true;
    try {
      await command("import_cancel");
    } catch (thrown) {
      this.problem = asCommandError(thrown);
      this.stopping = false;
    }
  }

  /** The report was read. */
  finish(): void {
    this.turn += 1;
    this.stage = "none";
    this.preview = null;
    this.file = null;
    this.progress = null;
    this.problem = null;
    void this.askLast();
  }

  /** The name of the file that is or was imported. */
  get fileName(): string {
    return this.preview?.file_name ?? nameOf(this.last?.file ?? "");
  }

  /** The imports of the last week are asked for again. */
  async askDone(): Promise<void> {
    try {
      this.done = await command("imports_done");
    } catch (thrown) {
      this.done = [];
      console.warn("which imports can be undone is not known:", asCommandError(thrown).message);
    }
  }

  private async askLast(): Promise<void> {
    void this.askDone();
    try {
      const last = await command("import_last");
      this.last = last;
      // A window before this one began it.
      if (last?.progress.state === "running" && this.stage === "none") this.take(last.progress);
    } catch (thrown) {
      // Ringcard is just starting, perhaps: it is asked for again with the next look.
      console.warn("what became of the last import is not known:", asCommandError(thrown).message);
    }
  }

  private async hear(): Promise<void> {
    this.listening ??= listen("import_progress", (progress) => this.take(progress));
    await this.listening;
  }

  private take(progress: ImportProgress): void {
    this.progress = progress;
    this.stage = progress.state === "running" ? "running" : "ended";
    if (this.stage !== "ended") return;
    this.stopping = false;
    void this.askDone();
  }

  stopHearing(): void {
    void this.listening?.then((stop) => stop());
    this.listening = null;
  }
}

let job = new ImportJob();
export const importJob = (): ImportJob => job;
/** Begins anew; for tests. */
export function forgetImport(): void {
  job.stopHearing();
  job = new ImportJob();
}

export const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
