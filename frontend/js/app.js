// Starts every small script of Tend. Each does one job and finds its elements by data attributes.
import htmx from "htmx.org";
import { startBoards } from "./board.js";
import { startCalendar } from "./calendar.js";
import { startCalls } from "./calls.js";
import { startConditions } from "./conditions.js";
import { startConnection } from "./connection.js";
import { startDates } from "./dates.js";
import { startDialogs } from "./dialog.js";
import { startDrafts } from "./drafts.js";
import { startFiles } from "./files.js";
import { startFocus } from "./focus.js";
import { startInline } from "./inline.js";
import { startKeyboard } from "./keyboard.js";
import { startKeys } from "./keys.js";
import { startMentions } from "./mentions.js";
import { startMenus } from "./menu.js";
import { startOrder } from "./order.js";
import { startPalette } from "./palette.js";
import { startPickers } from "./picker.js";
import { startProgress } from "./progress.js";
import { startQuick } from "./quick.js";
import { startRecent } from "./recent.js";
import { startRequests } from "./requests.js";
import { startRows } from "./rows.js";
import { startSeveral } from "./several.js";
import { startToasts } from "./toast.js";
import { startTrees } from "./tree.js";
import { startTreeGrids } from "./treegrid.js";

window.htmx = htmx;

for (const start of [
  startRequests, startConnection, startFocus, startToasts, startDialogs, startMentions, startMenus, startPickers, startRows,
  startSeveral, startInline, startDates, startConditions, startDrafts, startProgress, startTrees, startTreeGrids, startOrder, startPalette, startCalls, startCalendar, startBoards, startQuick, startFiles, startKeyboard, startKeys, startRecent,
]) {
  start();
}
