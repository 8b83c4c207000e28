import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Backend } from "./index";

/** The real shell. */
export const tauri: Backend = {
  call: (name, args) => invoke(name, args as Record<string, unknown>),
  listen: (event, heard) => listen(event, ({ payload }) => heard(payload as never)),
};
