import DOMPurify from "dompurify";

const TAGS = [
  "p", "br", "hr", "strong", "em", "s", "code", "a", "ul", "ol", "li", "blockquote", "span",
  "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "pre",
];
const ATTRIBUTES = ["href", "title", "rel", "class", "start", "colspan", "rowspan"];

/** HTML that holds text, structure and links, and nothing that acts or loads. */
export function sanitized(html: string): string {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    // These hold no addresses, so the rule for addresses must not judge them.
    ADD_URI_SAFE_ATTR: ["start", "colspan", "rowspan", "rel", "class"],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  });
}
