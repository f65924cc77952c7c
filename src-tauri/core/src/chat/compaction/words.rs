//! Words for [`super::shortened()`].

/// Turns of phrase that only fill, the longest first, and what takes their place. One that ends
/// with a blank goes with the blank behind it.
#[rustfmt::skip]
pub(super) const FILLERS: &[(&str, &str)] = &[
    ("it is important to note that ", ""), ("it should be noted that ", ""),
    ("i would like to ask you to ", ""), ("i was wondering whether you could ", ""),
    ("i was wondering if you could ", ""), ("would you be so kind as to ", ""),
    ("i would like you to ", ""), ("i would appreciate it if you could ", ""),
    ("as a matter of fact, ", ""), ("at the end of the day, ", ""),
    ("due to the fact that", "because"), ("in spite of the fact that", "although"),
    ("at this point in time", "now"), ("for the purpose of", "for"),
    ("with regard to", "about"), ("with respect to", "about"), ("in the event that", "if"),
    ("in order to", "to"), ("a large number of", "many"), ("the majority of", "most"),
    ("on a regular basis", "regularly"), ("could you please ", ""),
    ("can you please ", ""), ("would you please ", ""), ("thank you in advance", "thanks"),
    ("to be honest, ", ""), ("as you know, ", ""), ("as you can see, ", ""), ("you know, ", ""),
    ("in my opinion, ", ""), ("i think that ", ""), ("i believe that ", ""), ("of course, ", ""),
    ("a little bit ", ""), ("a bit ", ""), ("needless to say, ", ""),
    ("basically, ", ""), ("basically ", ""), ("actually, ", ""), ("actually ", ""),
    ("obviously, ", ""), ("obviously ", ""), ("honestly, ", ""), ("literally ", ""),
    ("essentially ", ""), ("really ", ""), ("quite ", ""), ("very ", ""), ("please ", ""), ("kindly ", ""), ("somehow ", ""), ("anyway, ", ""), ("well, ", ""),
    ("so, ", ""), ("okay, ", ""), ("ok, ", ""),
];

/// Words that turn a sentence into its opposite.
#[rustfmt::skip]
pub(super) const NEGATIONS: &[&str] = &[
    "not", "no", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "without",
    "cannot", "except", "unless", "only", "but", "however", "must", "should", "instead",
    "nicht", "kein", "keine", "keinen", "keiner", "nie", "niemals", "ohne", "außer", "nur", "aber",
    "ne", "pas", "jamais", "sans", "aucun", "aucune", "sauf", "mais", "seulement",
    "nunca", "sin", "ningún", "ninguna", "nada", "nadie", "pero", "solo", "excepto", "tampoco",
];

/// Words with which people say what they want.
#[rustfmt::skip]
pub(super) const ASKING: &[&str] = &[
    "please", "help", "want", "wants", "need", "needs", "wish", "bitte", "brauche", "möchte", "hilf",
    "aide", "aidez", "voudrais", "besoin", "ayuda", "quiero", "necesito", "favor",
];

/// Words that say nothing by themselves, and that may begin a sentence.
#[rustfmt::skip]
pub(super) const STOP_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "all", "also", "always", "am", "an", "and", "another",
    "any", "anyway", "are", "as", "at", "be", "because", "been", "before", "being", "both", "by", "can",
    "could", "did", "do", "does", "during", "each", "even", "every", "everybody", "everyone",
    "everything", "few", "finally", "first", "for", "from", "had", "has", "have", "he", "hello", "her",
    "here", "hers", "hi", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just",
    "many", "maybe", "me", "more", "most", "much", "my", "now", "of", "often", "on", "once", "one",
    "or", "other", "our", "out", "over", "people", "perhaps", "please", "quite", "really", "same",
    "she", "since", "so", "some", "somebody", "somehow", "someone", "something", "sometimes", "soon",
    "still", "such", "than", "thank", "thanks", "that", "the", "their", "them", "then", "there",
    "these", "they", "things", "this", "those", "through", "to", "today", "too", "under", "until", "up",
    "usually", "very", "was", "we", "well", "were", "what", "when", "where", "which", "while", "who",
    "why", "will", "with", "would", "yes", "yet", "you", "your",
];
