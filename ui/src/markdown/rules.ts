import type { MarkdownIt, RendererRule, Token } from "markdown-it";

import { t } from "../text/text";
import { formulas } from "./formulas.svelte";

/** Pictures that stand in the text itself; vector graphics can act and are none of them. */
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/;

/** An image from elsewhere would tell its host what is read here, so its place is shown. */
export const renderImage: RendererRule = (tokens, index) => {
  const token = tokens[index];
  const source = String(token?.attrGet("src") ?? "");
  const label = token?.content ?? "";
  if (PICTURE.test(source)) return `<img src="${source}" alt="${escaped(label)}">`;
  const place = source.startsWith("data:") ? t("markdown.imageData") : blocked(source);
  return `<span class="image-place">${escaped(label ? `${place}: ${label}` : place)}</span>`;
};

/** Links say where they really lead. */
export const renderLink: RendererRule = (tokens, index) => {
  const address = String(tokens[index]?.attrGet("href") ?? "");
  return `<a href="${escaped(address)}" title="${escaped(address)}" rel="noreferrer">`;
};

/** Behind a link whose text does not name its host, the host is named. */
export const renderLinkEnd: RendererRule = (tokens, index) => {
  let start = index;
  while (start > 0 && tokens[start]?.type !== "link_open") start -= 1;
  const host = hostOf(String(tokens[start]?.attrGet("href") ?? ""));
  const text = textOf(tokens.slice(start + 1, index));
  const named = host === "" || text.toLowerCase().includes(host.toLowerCase());
  return named ? "</a>" : `</a> <span class="host">(${escaped(host)})</span>`;
};

/** A cell is aligned by a class: the page's policy allows no styles in elements. */
export const renderCell: RendererRule = (tokens, index) => {
  const token = tokens[index];
  const style = String(token?.attrGet("style") ?? "");
  const side = /text-align:(right|center)/.exec(style)?.[1];
  return side ? `<${token?.tag} class="${side}">` : `<${token?.tag}>`;
};

/** A formula as MathML, or as its TeX while it cannot be drawn. */
export const renderMath: RendererRule = (tokens, index) => drawn(tokens[index], false);
export const renderDisplayMath: RendererRule = (tokens, index) => drawn(tokens[index], true);

function drawn(token: Token | undefined, display: boolean): string {
  const tex = token?.content ?? "";
  const inner = formulas.mathml(tex, display) ?? `<code>${escaped(tex)}</code>`;
  const whole = `<span class="${display ? "formula" : "formula-inline"}">${inner}</span>`;
  return token?.block ? `<p>${whole}</p>` : whole;
}

/** Footnotes: a raised number, and the list at the end. Links inside a page lead nowhere here. */
export function withFootnoteRules(markdown: MarkdownIt): void {
  const rules = markdown.renderer.rules;
  const number = (token: Token | undefined) => Number((token?.meta as { id?: number } | null)?.id ?? 0) + 1;
  rules["footnote_ref"] = (tokens, index) => `<sup class="footnote">${number(tokens[index])}</sup>`;
  rules["footnote_block_open"] = () => `<section class="footnotes"><ol>`;
  rules["footnote_block_close"] = () => "</ol></section>";
  rules["footnote_open"] = () => "<li>";
  rules["footnote_close"] = () => "</li>";
  rules["footnote_anchor"] = () => "";
}

/** `[ ]` and `[x]` at the beginning of a list's item become boxes. */
export function withTasks(markdown: MarkdownIt): void {
  markdown.core.ruler.after("inline", "tasks", (state) => {
    state.tokens.forEach((token, index) => {
      if (token.type !== "inline" || state.tokens[index - 2]?.type !== "list_item_open") return;
      const first = token.children?.[0];
      const box = /^\[([ xX])\]\s/.exec(first?.content ?? "");
      if (first?.type !== "text" || !box) return;
      const mark = box[1] === " " ? "☐" : "☑";
      first.content = `${mark} ${first.content.slice(box[0].length)}`;
      state.tokens[index - 2]?.attrJoin("class", "task");
    });
  });
}

function textOf(tokens: Token[]): string {
  return tokens.map((token) => (token.children ? textOf(token.children) : token.content)).join("");
}

function blocked(source: string): string {
  return t("markdown.image", { host: hostOf(source) });
}

/** The host of an address, as the browser understands it. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
