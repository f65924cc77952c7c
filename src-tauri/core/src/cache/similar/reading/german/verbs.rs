//! Where the verbs of German stand, and what their endings tell.

use super::super::numbers::unit;
use super::super::split::Token;
use super::is;
use super::lists::{PHRASES, SAME};

/// Words that only their stems would make one: "kaufte" and "kauft", "drücken" and "drucken".
pub(super) fn distinct(tokens: &mut [Token]) {
    for token in tokens {
        let Token::Word(word) = token else { continue };
        if is_listed(word) {
            continue;
        }
        if UMLAUTS.iter().any(|start| word.starts_with(start)) {
            *word = word
                .replace('ä', "aeae")
                .replace('ö', "oeoe")
                .replace('ü', "ueue");
        }
        let is_adjective = ADJECTIVES.iter().any(|start| word.starts_with(start))
            || word.ends_with("igste")
            || word.ends_with("igsten");
        let stem = word
            .strip_suffix("te")
            .or_else(|| word.strip_suffix("ten"))
            .filter(|stem| !is_adjective && stem.len() > 2);
        if let Some(stem) = stem {
            *word = format!("{stem}tete");
        }
    }
}

/// Whether a word is known, as it is written.
pub(super) fn is_listed(word: &str) -> bool {
    let in_phrase = |(phrase, _): &(&str, &str)| phrase.split(' ').any(|one| one == word);
    SAME.iter().any(|group| group.contains(&word))
        || PHRASES.iter().any(in_phrase)
        || unit(word).is_some()
}

/// Words that are others without the dots above their vowels.
#[rustfmt::skip]
pub(super) const UMLAUTS: &[&str] = &[
    "drück", "zähl", "förder", "schön", "schwül", "träge", "läut", "stütz", "lös", "säge", "höhle", "mächte", "näht", "bräuch", "kämm", "töne", "lücke", "blüte", "tüte", "wüsst", "müsst", "dürft", "könnt", "hätt", "wäre", "käme", "würd", "gäbe", "bekäme", "fände", "ginge", "bär", "hüte", "küche", "mütter", "töchter", "brüder", "väter", "vögel", "äpfel", "mäntel", "öfen", "gärten", "häfen", "schwär", "gelähm", "verschütt", "rücken", "bücken", "schlüpf", "kräft",
];

/// Adjectives, which end as verbs do that tell of what was.
#[rustfmt::skip]
pub(super) const ADJECTIVES: &[&str] = &[
    "gut", "alt", "rot", "letzt", "erst", "zweit", "dritt", "viert", "kalt", "schlecht", "hart", "weit", "breit", "bunt", "fett", "tot", "echt", "recht", "leicht", "nächst", "größt", "kleinst", "höchst", "längst", "kürzest", "schnellst", "ältest", "jüngst", "best", "meist", "schönst", "bekannt", "beliebt", "schwerst", "stärkst", "schlimmst", "tiefst", "reichst", "ge", "wert", "minut", "leut", "seit", "kart", "tablett", "sort", "wort", "daten", "welt", "stadt", "zeit",
];

/// "Wann begann der Krieg" is "wann der Krieg begann".
pub(super) fn verb_last(tokens: &mut Vec<Token>) {
    let Some(asks) = tokens
        .iter()
        .position(|token| is(token, &["wann", "warum", "wieso", "weshalb", "wo"]))
    else {
        return;
    };
    let end = tokens[asks..]
        .iter()
        .position(|token| *token == Token::Pause)
        .map_or(tokens.len(), |length| asks + length);
    let (verb, subject) = (asks + 1, asks + 2);
    let has_subject = subject < end && is(&tokens[subject], SUBJECTS);
    let is_word = |at: usize| matches!(tokens.get(at), Some(Token::Word(_)));
    if has_subject
        && is_word(verb)
        && !is(&tokens[verb], SUBJECTS)
        && !is(&tokens[verb], MODALS)
        && !is(&tokens[verb], AUXILIARIES)
    {
        let verb = tokens.remove(verb);
        tokens.insert(end - 1, verb);
    }
}

/// What a subject begins with.
pub(super) const SUBJECTS: &[&str] = &[
    "der", "die", "das", "ein", "eine", "mein", "meine", "ich", "man", "wir", "es", "sie", "er",
];

/// Verbs that may stay where they are.
pub(super) const AUXILIARIES: &[&str] = &[
    "sind", "war", "waren", "haben", "hatte", "hatten", "wird", "werden", "wurde", "wurden",
    "gibt", "können", "müssen", "dürfen", "liegt", "und", "oder",
];

/// Verbs behind which another verb stands at the end.
pub(super) const MODALS: &[&str] = &[
    "kann", "könnte", "soll", "sollte", "muss", "müsste", "darf", "dürfte", "will", "möchte",
    "würde", "lange", "viel", "viele", "oft", "sagt", "sage", "geht", "hat", "habe", "ist", "bin",
    "groß", "hoch", "alt", "weit", "schwer", "schnell",
];

/// "kopiere" and "kopiert" as "kopieren".
pub(super) fn infinitive(token: &Token) -> Option<Token> {
    let Token::Word(word) = token else {
        return None;
    };
    let known = SAME.iter().any(|group| group.contains(&word.as_str()));
    let stem = word
        .strip_suffix("et")
        .filter(|stem| stem.ends_with(['t', 'd']))
        .or_else(|| word.strip_suffix('e'))
        .or_else(|| word.strip_suffix('t'));
    match stem {
        Some(stem) if !known && !word.ends_with("en") && stem.len() > 2 => {
            Some(Token::Word(format!("{stem}en")))
        }
        _ => Some(token.clone()),
    }
}

/// "Hat er es erfunden" asks for what was.
pub(super) fn perfect(tokens: &mut [Token]) {
    let is_participle = |word: &str| {
        let begins = [
            "ge", "be", "ver", "ent", "er", "unter", "an", "auf", "aus", "ein", "ab",
        ]
        .iter()
        .any(|start| word.starts_with(start));
        word.len() > 6 && begins && (word.ends_with('t') || word.ends_with("en"))
    };
    let ends = matches!(tokens.iter().rev().find(|token| **token != Token::Pause), Some(Token::Word(word)) if is_participle(word));
    if !ends {
        return;
    }
    for token in tokens {
        if is(token, &["hat", "haben", "habe"]) {
            *token = Token::Word("<past".into());
        }
    }
}
