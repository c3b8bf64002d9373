/** What every page carries: fonts, the look, htmx, the clock, the theme, the keys. */

import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "./tokens.css";
import "./base.css";
import "./controls.css";
import "./htmx";
import { startClock } from "./clock";
import { startHardDay } from "./hard_day";
import { startMenus } from "./menu";
import { startOnCall } from "./on_call";
import { startScreen } from "./screen";
import { startShortcuts } from "./shortcuts";
import { startThemeToggle } from "./theme";

startClock();
startHardDay();
startMenus();
startOnCall();
startScreen();
startShortcuts();
startThemeToggle();
