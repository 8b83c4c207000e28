import type { Card, NumberView, SetAside } from "../ipc";

/** Whom one act set aside for this call; taken back, they come back together. The newest act first. */
export function actsOfCall({ set_aside }: Card): SetAside[][] {
  const acts: SetAside[][] = [];
  for (const one of set_aside) {
    if (one.of !== "call") continue;
    const last = acts.at(-1);
    if (last?.[0]?.at === one.at) last.push(one);
    else acts.push([one]);
  }
  return acts;
}

/** What *Undo* takes back. */
export function lastSetAside(card: Card): SetAside[] {
  return actsOfCall(card)[0] ?? [];
}

/** Who would be found by the number, had an agent not said that it is not theirs. */
export function setAsideForNumber({ set_aside }: Card): SetAside[] {
  return set_aside.filter((one) => one.of === "number");
}

/** How the number is said to the hub; `null` where there is none that could be somebody's. */
export function numberOf({ kind, display }: NumberView): string | null {
  return kind === "outside" || kind === "internal" ? display : null;
}
