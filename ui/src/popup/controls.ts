import type { Acts, Toggles } from "../ipc";

/** What the telephone system takes; an older hub does not say, and meant everything. */
export const actsOf = ({ can }: Toggles): Acts => can ?? { hang_up: true, hold: true, mute: true, tones: true, transfer: true };

export const takesAny = (toggles: Toggles): boolean => Object.values(actsOf(toggles)).some(Boolean);
