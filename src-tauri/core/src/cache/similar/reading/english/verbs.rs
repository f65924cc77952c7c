//! English verbs whose forms are no rule's.

/// The first form of a verb, and whether the form is one of the past; `is_passive` is whether
/// something before it says that it is a participle.
pub(super) fn first_form(word: &str, is_passive: bool) -> Option<(&'static str, bool)> {
    VERBS.iter().find_map(|&(verb, past, participle)| {
        if participle == word && (is_passive || past != participle) {
            Some((verb, false))
        } else if past == word {
            Some((verb, true))
        } else {
            None
        }
    })
}

/// Whether a word ends as the past of a verb does, and is no other word.
pub(super) fn is_regular_past(word: &str) -> bool {
    word.len() >= 4 && word.ends_with("ed") && !word.ends_with("eed") && !OTHERS.contains(&word)
}

const OTHERS: &[&str] = &[
    "hundred", "sacred", "used", "need", "shed", "sled", "sized", "aged", "based", "naked",
    "wicked", "united", "shred", "needed", "supposed", "called",
];

/// The first form, the past, the participle; none that is another word as well.
#[rustfmt::skip]
const VERBS: &[(&str, &str, &str)] = &[
    ("write", "wrote", "written"), ("eat", "ate", "eaten"), ("take", "took", "taken"), ("give", "gave", "given"),
    ("freeze", "froze", "frozen"), ("speak", "spoke", "spoken"), ("break", "broke", "broken"), ("steal", "stole", "stolen"),
    ("choose", "chose", "chosen"), ("drive", "drove", "driven"), ("ride", "rode", "ridden"), 
    ("fall", "fell", "fallen"), ("grow", "grew", "grown"), ("know", "knew", "known"), ("throw", "threw", "thrown"),
    ("draw", "drew", "drawn"), ("fly", "flew", "flown"), ("show", "showed", "shown"), 
    ("go", "went", "gone"), ("begin", "began", "begun"), 
    ("sing", "sang", "sung"), ("sink", "sank", "sunk"), ("swim", "swam", "swum"), ("ring", "rang", "rung"),
    ("hide", "hid", "hidden"), ("forget", "forgot", "forgotten"), ("shake", "shook", "shaken"),
    ("wake", "woke", "woken"), ("wear", "wore", "worn"), ("tear", "tore", "torn"), ("prove", "proved", "proven"),
    ("sew", "sewed", "sewn"), 
    ("forgive", "forgave", "forgiven"), ("undo", "undid", "undone"), ("make", "made", "made"), ("send", "sent", "sent"),
    ("lend", "lent", "lent"), ("keep", "kept", "kept"), ("lose", "lost", "lost"), ("build", "built", "built"),
    ("buy", "bought", "bought"), ("bring", "brought", "brought"), ("teach", "taught", "taught"),
    ("catch", "caught", "caught"), ("sell", "sold", "sold"), ("tell", "told", "told"), ("pay", "paid", "paid"),
    ("hold", "held", "held"), ("feed", "fed", "fed"), ("sleep", "slept", "slept"), ("spend", "spent", "spent"),
    ("win", "won", "won"), ("sweep", "swept", "swept"), ("weave", "wove", "woven"),
];
