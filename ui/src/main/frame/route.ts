import type { CallId, Commands, DeskView, Section } from "../../ipc";

/** Where to go, as the shell says it too: `navigate({ section: "customers", customerId })`. */
export type Destination = Commands["show_main"]["args"] & {
  /** A row of what waits to be sent. */
  row?: string;
};
export type Navigate = (to: Destination) => void;

/** Where the window is. A new object every time, so that the same wish twice is heard twice. */
export type Place =
  | { section: "calls"; callId: CallId | null; missed: boolean; callbacks?: boolean; box?: boolean }
  | { section: "customers"; target: { customerId: string | null; prefillNumber: string | null; callId: CallId | null } | null }
  | { section: "campaigns"; number: string | null }
  | { section: "outbox"; row?: string }
  | { section: "reports" }
  | { section: "settings" };

export function placeOf(to: Destination): Place {
  switch (to.section) {
    case "calls":
      return { section: "calls", callId: to.callId ?? null, missed: false, ...(to.callbacks ? { callbacks: true } : {}) };
    case "customers": {
      const customerId = to.customerId ?? null;
      const prefillNumber = to.prefillNumber ?? null;
      const callId = to.callId ?? null;
      const nowhere = customerId === null && prefillNumber === null && callId === null;
      return { section: "customers", target: nowhere ? null : { customerId, prefillNumber, callId } };
    }
    case "campaigns":
      return { section: "campaigns", number: to.prefillNumber ?? null };
    case "outbox":
      return { section: "outbox", ...(to.row ? { row: to.row } : {}) };
    case "reports":
    case "settings":
      return { section: to.section };
    default:
      return never(to.section);
  }
}

/**
 * The sections there are. Those about other systems are there where one can be written to; and *Waiting to be sent*
 * wherever something waits, so that nothing hides when the last account is removed.
 */
export function sectionsOf({ outbox, pending }: Pick<DeskView, "outbox" | "pending">): Section[] {
  const writes = outbox.accounts.length > 0;
  const waits = writes || outbox.waiting > 0 || pending.waiting > 0;
  return [
    "calls",
    "customers",
    ...(writes ? ["campaigns" as const] : []),
    ...(waits ? ["outbox" as const] : []),
    ...(writes ? ["reports" as const] : []),
    "settings",
  ];
}

/** A variant that nobody thought of does not compile. */
export function never(what: never): never {
  throw new Error(`BUG: nobody thought of ${JSON.stringify(what)}`);
}
