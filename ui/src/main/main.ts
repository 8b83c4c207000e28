import { mount } from "svelte";
import "../lib/theme.css";
import { learnReasons } from "../i18n/reasons/index.svelte";
import { followSystem } from "../lib/appearance";
import Main from "./Main.svelte";

followSystem();
const target = document.getElementById("app");
if (!target) throw new Error("BUG: index.html has no #app");
mount(Main, { target });
// Behind what is shown first.
void learnReasons();
