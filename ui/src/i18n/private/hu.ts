import { plural } from "../plural";
import type { PrivateWords } from "./en";

export const hu: PrivateWords = {
  make: "Legyen privát",
  takeBack: "Mégsem privát",
  is: "Privát: csak Ön látja, kivel beszélt. Egyetlen hívásnaplóba sem kerül, és felvétel sem marad róla.",
  byNumber: "A száma miatt privát: csak Ön látja, kivel beszélt. Egyetlen hívásnaplóba sem kerül, és felvétel sem marad róla.",
  withheld: "Hogy kivel, azt csak az látja, aki beszélt.",
  sure: "Senki más nem fogja látni, kivel beszélt, és a felvételei végleg törlődnek.",
  cancel: "Mégse",
  deleted: (n) => plural("hu", n, { other: "# felvétel végleg törölve." }),
  held: (n) => plural("hu", n, { other: "# felvétel meg van őrizve: megmarad, de senki sem hallgathatja meg." }),
  told: (accounts) => `${accounts} már értesült a hívásról: ami ott áll, megmarad.`,
};
