import type { Remark } from "../../../ipc";
import { customersWords } from "../../../i18n/customers";

type Table = { [Code in Remark["code"]]: ((remark: Extract<Remark, { code: Code }>) => string) | null };

const words = () => customersWords().imports.remark;

/** Every code has its words: a new one does not compile without. What the page says in a place of its own is not said twice. */
const sayings: Table = {
  no_header: () => words().no_header,
  same_name: ({ column }) => words().same_name(column),
  titles: ({ rows, first }) => words().titles(rows, first),
  mixed: ({ main, other }) => words().mixed(main, other),
  broken: () => words().broken,
  left_out: null,
  numbers_below: null,
  no_columns: null,
  nameless: null,
};

/** What is to be looked at before an import, in words. */
export const sayRemarks = (remarks: Remark[]): string[] =>
  remarks.flatMap((remark) => {
    const say = sayings[remark.code] as ((remark: Remark) => string) | null;
    return say ? [say(remark)] : [];
  });
