import { mount } from "svelte";
import "../lib/theme.css";
import { learnReasons } from "../i18n/reasons/index.svelte";
import { followSystem } from "../lib/appearance";
import Popup from "./Popup.svelte";

followSystem();
const target = document.getElementById("app");
if (!target) throw new Error("BUG: popup.html has no #app");
mount(Popup, { target });
// Behind what is shown first.
void learnReasons();
