import DOMPurify from "dompurify";

const TAGS = [
  "p", "br", "hr", "strong", "em", "s", "code", "a", "ul", "ol", "li", "blockquote", "span", "sup", "section",
  "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "pre", "img",
];
/** What KaTeX makes of a formula (MathML Core). */
const MATH_TAGS = [
  "math", "semantics", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac",
  "msqrt", "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mpadded", "mphantom", "mstyle",
  "menclose", "mmultiscripts", "mprescripts", "none",
];
const ATTRIBUTES = [
  "href", "title", "rel", "class", "start", "colspan", "rowspan", "src", "alt",
  "display", "mathvariant", "stretchy", "fence", "separator", "accent", "accentunder", "lspace", "rspace",
  "width", "height", "depth", "voffset", "linethickness", "columnalign", "rowspacing", "columnspacing",
  "scriptlevel", "displaystyle", "minsize", "maxsize", "movablelimits", "symmetric", "notation", "largeop",
];

/** HTML that holds text, structure, formulas, links and pictures as data, and nothing that acts or loads. */
export function sanitized(html: string): string {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: [...TAGS, ...MATH_TAGS],
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    // These hold no addresses, so the rule for addresses must not judge them.
    ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href" && name !== "src"),
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp);base64,)/i,
  });
}
