import type { ProfileView } from "../generated";
import data from "./kinds.json";

/** The kinds of accounts there are, as data: no code knows a system by its name. */
export const kinds = data as ProfileView[];

function kind(is: (one: ProfileView) => boolean): ProfileView {
  const found = kinds.find(is);
  if (!found) throw new Error("BUG: kinds.json has no such kind");
  return found;
}

/** One that pushes its calls. */
export const telephony = kind((one) => one.pushes.length > 0);
/** One that takes codes; its account is called as it is. */
export const campaignSystem = kind((one) => one.pushes.length === 0);
