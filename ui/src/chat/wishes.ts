import type AgainDialog from "./AgainDialog.svelte";
import type RecalledDialog from "./RecalledDialog.svelte";
import type SideBySide from "./SideBySide.svelte";

/** The dialogs that turns ask for: one of each for the whole thread. */
export const wishes: { again?: AgainDialog; beside?: SideBySide; recalled?: RecalledDialog } = {};
