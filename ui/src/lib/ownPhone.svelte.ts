import type { TroubleCode } from "../ipc";

/** What is wrong with the agent's own phone, which rings first, as its telephone system tells. One for the window. */
class OwnPhone {
  trouble = $state<TroubleCode | null>(null);
}

export const ownPhone = new OwnPhone();
