//! English.

mod asking;
mod conversion;
mod passive;
mod shape;
mod spelling;
mod synonyms;
mod turning;
mod turns;
mod verbs;

use rust_stemmers::Algorithm;

use super::Words;
pub(super) use shape::{first_forms, judged, prepared};

pub(super) const WORDS: Words = Words {
    marks: &[
        "the", "is", "are", "what", "how", "do", "does", "why", "who", "when", "where", "which",
        "can", "i", "you", "to", "of", "and", "my", "with", "for", "it", "should", "please", "in",
        "an", "that", "write", "give", "me", "did", "was", "were", "will", "from", "if", "not",
        "this", "your",
    ],
    phrases: &PHRASES,
    articles: &[
        "a", "an", "the", "my", "your", "our", "his", "her", "their", "its", "one's", "this",
        "these", "those",
    ],
    silent: SILENT,
    roles: ROLES,
    ends: &[
        "i", "you", "we", "they", "he", "she", "it", "one", "people", "someone", "somebody",
        "anyone", "me", "us", "them", "him", "her", "is", "are", "am", "be", "being", "do", "does",
        "have", "has", "please", "that", "which", "who", "so", "then", "there", "would", "could",
        "might",
    ],
    same: synonyms::SAME,
    leads: &[
        "can you",
        "could you",
        "would you",
        "will you",
        "can you please",
        "could you please",
        "would you please",
        "i want you to",
        "i would like you to",
        "i'd like you to",
        "i need you to",
        "you",
    ],
    requests: &[
        "suggest",
        "recommend",
        "write",
        "give",
        "show",
        "list",
        "name",
        "translate",
        "convert",
        "make",
        "create",
        "describe",
        "define",
        "solve",
        "calculate",
        "compute",
        "find",
        "balance",
        "draft",
        "compose",
        "summarize",
        "summarise",
        "provide",
        "help",
        "explain",
        "tell",
        "rewrite",
        "generate",
        "design",
        "plan",
        "correct",
    ],
    stemmer: Algorithm::English,
};

/// All turns of phrase; what begins with `<` is what is asked for, or what changes all of it.
static PHRASES: [(&str, &str); asking::ASKING.len() + turns::TURNS.len()] =
    joined(asking::ASKING, turns::TURNS);

const fn joined<const LENGTH: usize>(
    one: &[(&'static str, &'static str)],
    other: &[(&'static str, &'static str)],
) -> [(&'static str, &'static str); LENGTH] {
    let mut all = [("", ""); LENGTH];
    let mut at = 0;
    while at < LENGTH {
        all[at] = if at < one.len() {
            one[at]
        } else {
            other[at - one.len()]
        };
        at += 1;
    }
    all
}

#[rustfmt::skip]
const SILENT: &[&str] = &[
    "a", "an", "the", "of", "my", "your", "our", "his", "her", "their", "its", "one's", "this", "these",
    "those", "that", "i", "you", "we", "they", "he", "she", "it", "me", "us", "them", "him", "people",
    "someone", "somebody", "is", "are", "am", "be", "being", "been", "do", "does", "doing", "have", "has",
    "having", "got", "gotten", "would", "could", "might", "please", "really", "actually", "exactly",
    "simply", "basically", "some", "so", "then", "there", "here", "also", "mean", "means", "meaning", "meant",
    "called", "considered", "specifically", "precisely", "quite", "rather", "perhaps", "maybe", "possibly",
    "kindly", "thanks", "who", "itself", "oneself", "get", "gets", "getting", "go", "goes", "know",
    "tell", "explain", "wondering", "wonder", "supposed", "thing", "things", "and",
    "degrees",
    "suggestions", "advise", "advice", "instructions", "recommendations", "method", "approach", "possible",
    "say", "says", "saying", "said", "file", "files", "properly", "correctly",
    "usually", "normally", "typically", "generally", "somehow", "successfully", "commonly",
];

const ROLES: &[(&str, &str)] = &[
    ("from", "from"),
    ("to", "to"),
    ("into", "into"),
    ("in", "in"),
    ("inside", "in"),
    ("within", "in"),
    ("with", "with"),
    ("using", "with"),
    ("via", "with"),
    ("through", "with"),
    ("without", "without"),
    ("for", "for"),
    ("by", "by"),
    ("on", "on"),
    ("upon", "on"),
    ("onto", "onto"),
    ("at", "at"),
    ("about", "about"),
    ("after", "after"),
    ("before", "before"),
    ("during", "during"),
    ("under", "under"),
    ("below", "under"),
    ("over", "over"),
    ("above", "over"),
    ("between", "between"),
    ("against", "against"),
    ("than", "than"),
    ("as", "as"),
    ("like", "like"),
    ("while", "when"),
    ("when", "when"),
    ("whenever", "when"),
    ("once", "when"),
    ("if", "when"),
    ("unless", "unless"),
    ("until", "until"),
    ("till", "until"),
    ("because", "because"),
    ("since", "since"),
    ("or", "or"),
    ("versus", "versus"),
    ("vs", "versus"),
    ("except", "without"),
    ("insteadof", "insteadof"),
    ("per", "per"),
    ("near", "near"),
    ("among", "among"),
    ("around", "around"),
    ("across", "across"),
    ("but", "but"),
    ("although", "but"),
    ("though", "but"),
];
