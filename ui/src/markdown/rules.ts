import type { RendererRule } from "markdown-it";

import { t } from "../text/text";

/** An image from elsewhere would tell its host what is read here, so its place is shown. */
export const renderImage: RendererRule = (tokens, index) => {
  const token = tokens[index];
  const source = String(token?.attrGet("src") ?? "");
  const label = token?.content ?? "";
  const place = source.startsWith("data:image/") ? t("markdown.imageData") : blocked(source);
  return `<span class="image-place">${escaped(label ? `${place}: ${label}` : place)}</span>`;
};

/** Links say where they really lead. */
export const renderLink: RendererRule = (tokens, index) => {
  const address = String(tokens[index]?.attrGet("href") ?? "");
  return `<a href="${escaped(address)}" title="${escaped(address)}" rel="noreferrer">`;
};

/** A cell is aligned by a class: the page's policy allows no styles in elements. */
export const renderCell: RendererRule = (tokens, index) => {
  const token = tokens[index];
  const style = String(token?.attrGet("style") ?? "");
  const side = /text-align:(right|center)/.exec(style)?.[1];
  return side ? `<${token?.tag} class="${side}">` : `<${token?.tag}>`;
};

function blocked(source: string): string {
  return t("markdown.image", { host: hostOf(source) });
}

/** The host of an address, as the browser understands it. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host || address;
  } catch {
    return address;
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
