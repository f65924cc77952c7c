//! French.

use rust_stemmers::Algorithm;

use super::Words;
use super::split::Token;

pub(super) const WORDS: Words = Words {
    marks: MARKS,
    phrases: PHRASES,
    articles: &[
        "le", "la", "les", "un", "une", "des", "mon", "ma", "mes", "ce", "cette", "ces",
    ],
    silent: SILENT,
    roles: ROLES,
    ends: ENDS,
    same: SAME,
    leads: LEADS,
    requests: REQUESTS,
    stemmer: Algorithm::French,
};

/// The words without elision: "l'adulte" is "le adulte", "d'un" is "de un".
pub(super) fn prepared(tokens: Vec<Token>) -> Vec<Token> {
    let mut parts = Vec::with_capacity(tokens.len() + 4);
    for token in tokens {
        let Token::Word(word) = token else {
            parts.push(sign(token));
            continue;
        };
        let word = word.replace('œ', "oe");
        let whole = word.split_once('\'').and_then(|(start, rest)| {
            Some((ELISIONS.iter().find(|(short, _)| *short == start)?.1, rest))
        });
        match whole {
            Some((first, rest)) if !rest.is_empty() => {
                let time = time(rest);
                // "s'il" is "si il", "s'en" is "se en".
                let first = if first == "se" && rest.starts_with("il") {
                    "si"
                } else {
                    first
                };
                parts.push(Token::Word(first.to_owned()));
                parts.extend(time.map(|time| Token::Word(time.to_owned())));
                parts.push(Token::Word(accented(rest, parts.is_empty())));
            }
            _ => {
                let is_first = parts.is_empty();
                parts.extend(time(&word).map(|time| Token::Word(time.to_owned())));
                parts.push(Token::Word(accented(&word, is_first)));
            }
        }
    }
    named(&mut parts);
    super::german::without_pause(parts, PHRASES)
}

#[rustfmt::skip]
const ELISIONS: &[(&str, &str)] = &[
    ("l", "le"), ("d", "de"), ("qu", "que"), ("n", "ne"), ("s", "se"), ("j", "je"), ("c", "ce"), ("m", "me"), ("t", "te"), ("jusqu", "jusque"), ("lorsqu", "lorsque"), ("puisqu", "puisque"),
];

/// Words that are often written without their accents.
fn accented(word: &str, is_first: bool) -> String {
    let with = match word {
        "a" if is_first => "à",
        "age" => "âge",
        "ecris" => "écris",
        "redige" => "rédige",
        "ou" if is_first => "où",
        "symptome" => "symptôme",
        "symptomes" => "symptômes",
        "requete" => "requête",
        "etre" => "être",
        "meme" => "même",
        "telephone" => "téléphone",
        "desinstaller" => "désinstaller",
        "difference" => "différence",
        "annee" => "année",
        "francais" => "français",
        "energie" => "énergie",
        "numero" => "numéro",
        "ecrire" => "écrire",
        "probleme" => "problème",
        "systeme" => "système",
        "apres" => "après",
        "etats" => "états",
        "menage" => "ménage",
        "electricite" => "électricité",
        "ecole" => "école",
        "etudiant" => "étudiant",
        _ => word,
    };
    with.to_owned()
}

/// "Gagnait" and "gagne" have one stem, and tell of different times.
fn time(word: &str) -> Option<&'static str> {
    /// Verbs are no shorter.
    const VERB: usize = 5;
    if word.chars().count() < VERB || NO_VERBS.contains(&word) {
        return None;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if ends(&["erait", "irait", "drait", "eraient", "iraient", "draient"]) {
        return Some("<conditional");
    }
    if ends(&["ait", "aient", "èrent", "irent"]) {
        return Some("<past");
    }
    ends(&[
        "era", "eront", "ira", "iront", "erez", "erons", "drez", "dra", "dront", "vra", "vront",
        "rra", "rront",
    ])
    .then_some("<future")
}

/// Words that end as such verbs do, and such as are known.
#[rustfmt::skip]
const NO_VERBS: &[&str] = &[
    "parfait", "trait", "portrait", "extrait", "souhait", "retrait", "attrait", "bienfait", "forfait", "abstrait", "satisfait", "distrait", "était", "étaient", "avait", "avaient", "opéra", "camera", "caméra", "choléra", "seront", "pourrait", "devrait", "serait", "voudrait", "admirent", "tirent", "désirent", "respirent", "inspirent", "expirent", "retirent", "attirent", "virent", "mirent",
];

/// "%" and "€" are words.
fn sign(token: Token) -> Token {
    match &token {
        Token::Exact(text) if text == "%" => Token::Word("%".into()),
        Token::Exact(text) if text == "€" => Token::Word("euros".into()),
        _ => token,
    }
}

/// "le mot" before a quotation says nothing.
fn named(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len()).rev() {
        let names = matches!(&tokens[at - 1], Token::Word(word) if ["mot", "phrase", "expression", "terme", "chaîne"].contains(&word.as_str()));
        if names && matches!(tokens[at], Token::Quoted(_)) {
            tokens.remove(at - 1);
        }
    }
}

#[rustfmt::skip]
const MARKS: &[&str] = &[
    "le", "la", "les", "est", "des", "du", "une", "un", "que", "comment", "pourquoi", "quel", "quelle", "quels", "quelles", "dans", "je", "pour", "avec", "qui", "de", "en", "se", "ne", "vous", "tu", "par", "sur", "si", "son", "sa", "ou", "nous", "chez", "dois", "puis", "fait", "dit", "font", "moi", "toi", "plus", "sous", "entre", "donne", "explique", "écris", "rédige",
    "quand", "où", "combien", "il", "elle", "sont", "peut", "on", "mon", "ma", "mes", "au", "aux", "à", "et", "pas", "sans", "ce", "est-ce", "faut", "d'un", "d'une", "qu'est", "c'est", "qu'est-ce", "s'il", "l'on", "d'en", "qu'on", "qu'un", "qu'une", "y", "cette", "ces",
];
#[rustfmt::skip]
const PHRASES: &[(&str, &str)] = &[
    ("^ je aimerais savoir", "^"), ("^ je voudrais savoir", "^"), ("^ je veux savoir", "^"), ("^ je souhaite savoir", "^"), ("^ je cherche à savoir", "^"), ("^ peux tu me dire", "^"), ("^ pourrais tu me dire", "^"), ("^ pouvez vous me dire", "^"), ("^ pourriez vous me dire", "^"), ("^ pouvez vous me indiquer", "^"), ("^ pourriez vous me indiquer", "^"), ("^ peux tu me indiquer", "^"),
    ("^ peux tu me expliquer", "^"), ("^ pouvez vous me expliquer", "^"), ("^ pourriez vous me expliquer", "^"), ("^ peux tu me énumérer", "^ <what"), ("^ pouvez vous me énumérer", "^ <what"), ("^ pourriez vous me énumérer", "^ <what"), ("^ pourriez vous me donner", "^ <what"), ("^ pouvez vous me donner", "^ <what"), ("^ peux tu me donner", "^ <what"), ("^ merci de me indiquer", "^"), ("^ merci de me dire", "^"),
    ("^ sais tu", "^"), ("^ savez vous", "^"), ("^ dis moi", "^"), ("^ dites moi", "^"), ("^ explique moi", "^"), ("^ expliquez moi", "^"), ("^ explique", "^"), ("^ montre moi", "^"), ("^ montrez moi", "^"), ("^ je me demande", "^"), ("^ je ne sais pas", "^"), ("^ indique moi", "^"), ("^ indiquez moi", "^"), ("^ quelqu'un sait", "^"), ("^ quelqu'un peut me dire", "^"), ("^ est il vrai que", "^ <whether"), ("^ est ce vrai que", "^ <whether"),
    ("^ bonjour", "^"), ("^ bonsoir", "^"), ("^ salut", "^"), ("^ coucou", "^"), ("^ question", "^"), ("^ petite question", "^"), ("^ svp", "^"), ("^ stp", "^"), ("si il te plaît", ""), ("si il vous plaît", ""), ("si il te plait", ""), ("si il vous plait", ""), ("stp", ""), ("svp", ""), ("merci de avance", ""), ("merci", ""),
    ("comment est ce que je peux", "<how"), ("comment est ce que on peut", "<how"), ("comment est ce que on", "<how"), ("comment est ce que je", "<how"), ("comment est ce que", "<how"), ("quelle est la meilleure façon de", "<how"), ("quelle est la façon de", "<how"), ("quelle est la méthode pour", "<how"), ("quelle est la marche à suivre pour", "<how"), ("quelle est la marche à suivre", "<how"), ("de quelle façon", "<how"), ("de quelle manière", "<how"), ("que faire pour", "<how"), ("que faut il faire pour", "<how"), ("que dois je faire pour", "<how"),
    ("comment puis je", "<how"), ("comment pourrais je", "<how"), ("comment peut on", "<how"), ("comment dois je", "<how"), ("comment doit on", "<how"), ("comment fait on pour", "<how"), ("comment faire pour", "<how"), ("comment je peux", "<how"), ("comment je fais pour", "<how"), ("comment on peut", "<how"), ("comment on fait pour", "<how"), ("comment on", "<how"), ("comment je", "<how"), ("comment bien", "<how"), ("comment faire", "<how"), ("comment", "<how"),
    ("comment dit on", "<how translate"), ("comment on dit", "<how translate"), ("comment se dit", "<how translate"), ("on dit comment", "<how translate"), ("comment dire", "<how translate"), ("comment puis je dire", "<how translate"), ("comment traduire", "<how translate"), ("comment traduit on", "<how translate"), ("quelle est la traduction de", "<how translate"), ("quelle est la traduction", "<how translate"), ("traduction de", "<how translate"), ("^ traduis", "^ <how translate"), ("^ traduisez", "^ <how translate"), ("^ traduire", "^ <how translate"), ("^ traduis moi", "^ <how translate"),
    ("combien de temps faut il", "<howlong"), ("combien de temps il faut", "<howlong"), ("combien de temps est ce que", "<howlong"), ("combien de temps dois je", "<howlong"), ("combien de temps doit on", "<howlong"), ("combien de temps", "<howlong"), ("pendant combien de temps", "<howlong"), ("quel est le temps de", "<howlong"), ("combien de minutes", "<howlong"), ("combien de", "<howmany"), ("combien font", "<howmany"), ("combien fait", "<howmany"), ("ça fait combien", "<howmany"), ("ce est combien", "<howmany"), ("combien est ce que", "<howmany"), ("combien", "<howmany"), ("^ calcule", "^ <howmany"), ("^ calculer", "^ <howmany"), ("^ peux tu me calculer", "^ <howmany"), ("^ peux tu calculer", "^ <howmany"), ("^ pouvez vous calculer", "^ <howmany"), ("^ écrire", "^ <write"), ("^ rédiger", "^ <write"), ("^ pourrais tu me expliquer", "^"), ("^ peux tu me montrer", "^"), ("^ pouvez vous me montrer", "^"), ("à combien se élèvent", "<howmany"), ("à combien se élève", "<howmany"), ("quel est le montant de", "<howmany"), ("une personne", "quelqu'un"), ("la personne", "quelqu'un"), ("personnes", "gens"), ("chaque personne", "chaque gens"), ("par personne", "par gens"), ("par une personne", "par gens"), ("^ calculez", "^ <howmany"), ("quel est le nombre de", "<howmany"),
    ("pour quelle raison", "<why"), ("pour quelles raisons", "<why"), ("pourquoi est ce que", "<why"), ("pourquoi", "<why"), ("à quelle heure", "<when"), ("en quelle année", "<when"), ("quand est ce que", "<when"), ("à quel moment", "<when"), ("^ quand", "^ <when"),
    ("où est ce que", "<where"), ("où", "<where"), ("à quel endroit", "<where"), ("qui est ce qui", "<who"), ("^ qui est", "^ <who"), ("^ qui", "^ <who"),
    ("que est ce que ce est que", "<what"), ("que est ce que ce est", "<what"), ("que est ce que", "<what"), ("que est ce qui", "<what"), ("que signifie", "<what"), ("que veut dire", "<what"), ("ce est quoi", "<what"), ("quelle est", "<what"), ("quel est", "<what"), ("quels sont", "<what"), ("quelles sont", "<what"), ("quelle", "<what"), ("quel", "<what"), ("quels", "<what"), ("quelles", "<what"), ("^ donne moi", "^ <what"), ("^ donnez moi", "^ <what"), ("^ cite", "^ <what"), ("^ citez", "^ <what"), ("^ liste", "^ <what"), ("^ que", "^ <what"),
    ("à quoi sert", "<whatfor"), ("à quoi servent", "<whatfor"), ("à quoi peut servir", "<whatfor"), ("quelle est la utilité de", "<whatfor"), ("à partir de quel âge", "<howold"), ("dès quel âge", "<howold"), ("à quel âge", "<howold"), ("quel âge faut il avoir pour", "<howold <can"), ("quel est le âge minimum pour", "<howold <can"), ("quel est le âge minimum de", "<howold"),
    ("est ce que je peux", "<can"), ("est ce que on peut", "<can"), ("est ce que on a le droit de", "<can"), ("on a le droit de", "<can"), ("on peut", "<can"), ("je peux", "<can"), ("puis je", "<can"), ("peut on", "<can"), ("ai je le droit de", "<can"), ("a t on le droit de", "<can"), ("est il possible de", "<can"), ("est ce possible de", "<can"), ("est il permis de", "<can"), ("est il autorisé de", "<can"), ("dois je", "<must"), ("doit on", "<must"), ("faut il", "<must"), ("il faut", "<must"), ("est ce que il faut", "<must"), ("est ce que je dois", "<must"), ("est il nécessaire de", "<must"), ("est il obligatoire de", "<must"),
    ("^ est ce que", "^ <whether"), ("est ce que", "<whether"), ("^ est il", "^ <whether"), ("^ est", "^ <whether"), ("^ y a t il", "^ <whether"), ("^ si", "^ <whether"),
    ("ne", "<ne"), ("pas", "<not"), ("jamais", "<never"), ("rien", "<nothing"), ("aucun", "<none"), ("aucune", "<none"), ("personne", "<nobody"), ("plus", "<plus"), ("ni", "<nor"),
    ("était", "<past"), ("étaient", "<past"), ("a été", "<past"), ("ont été", "<past"), ("avait", "<past"), ("sera", "<future"), ("seront", "<future"), ("fut", "<past"), ("et", "and"), ("ainsi que", "and"),
    ("états unis", "usa"), ("à le aide de", "avec"), ("au moyen de", "avec"), ("grâce à", "avec"), ("en utilisant", "avec"), ("via", "avec"), ("au sujet de", "sur"), ("à propos de", "sur"), ("a t il besoin de un", "a besoin"), ("afin de", "pour"), ("pour cent", "%"), ("degrés celsius", "°c"), ("degrés fahrenheit", "°f"), ("degrés", "°c"), ("pour que", "pourque"), ("ligne de commande", "terminal"), ("ligne de commandes", "terminal"), ("dans le terminal", "avec terminal"), ("via le terminal", "avec terminal"), ("depuis le terminal", "avec terminal"), ("avec le terminal", "avec terminal"), ("en ligne de commande", "avec terminal"), ("via la ligne de commande", "avec terminal"), ("à la maison", "dans la maison"), ("sous ubuntu", "sur ubuntu"), ("sous windows", "sur windows"), ("sous linux", "sur linux"), ("sous mac", "sur mac"), ("sous macos", "sur macos"), ("sous android", "sur android"), ("sous debian", "sur debian"), ("e mail", "mail"), ("t il", ""), ("t elle", ""), ("t on", "on"),
    ("^ rédige", "^ <write"), ("^ rédigez", "^ <write"), ("^ écris", "^ <write"), ("^ écrivez", "^ <write"), ("^ écris moi", "^ <write"), ("^ rédige moi", "^ <write"), ("^ écrivez moi", "^ <write"), ("^ compose", "^ <write"), ("^ composez", "^ <write"), ("^ invente", "^ <write"), ("^ peux tu écrire", "^ <write"), ("^ peux tu me écrire", "^ <write"), ("^ pouvez vous écrire", "^ <write"), ("^ pouvez vous me écrire", "^ <write"), ("^ pourrais tu écrire", "^ <write"), ("^ peux tu rédiger", "^ <write"), ("^ pourrais tu rédiger", "^ <write"), ("^ peux tu me rédiger", "^ <write"), ("^ peux tu faire", "^ <write"), ("^ il me faut", "^ <write"), ("^ je aimerais", "^ <write"), ("^ je voudrais", "^ <write"), ("^ aide moi à écrire", "^ <write"),
];
#[rustfmt::skip]
const SILENT: &[&str] = &[
    "and", "l", "d", "moi", "toi", "lui", "leur", "ça", "cela", "même", "faire", "fait", "t",
    "le",
    "la",
    "les",
    "l'",
    "un",
    "une",
    "des",
    "du",
    "de",
    "d'un",
    "d'une",
    "je",
    "tu",
    "il",
    "elle",
    "on",
    "nous",
    "vous",
    "ils",
    "se",
    "me",
    "te",
    "mon",
    "ma",
    "mes",
    "ton",
    "ta",
    "tes",
    "son",
    "sa",
    "ses",
    "notre",
    "votre",
    "est",
    "sont",
    "être",
    "c'est",
    "ce",
    "cette",
    "ces",
    "et",
    "que",
    "qu'un",
    "qu'une",
    "bien",
    "donc",
    "alors",
    "exactement",
    "vraiment",
    "y",
    "en'",
];
#[rustfmt::skip]
const ROLES: &[(&str, &str)] = &[
    ("à", "to"), ("au", "to"), ("aux", "to"), ("depuis", "since"), ("vers", "vers"), ("dans", "in"), ("en", "in"), ("avec", "with"), ("sans", "without"), ("pour", "for"), ("pourque", "pourque"), ("par", "par"), ("sur", "on"), ("sous", "under"), ("avant", "before"), ("après", "after"), ("pendant", "during"), ("durant", "during"), ("lors", "during"),
    ("entre", "between"), ("contre", "contre"), ("comme", "comme"), ("si", "si"), ("quand", "quand"), ("lorsque", "quand"), ("ou", "or"), ("mais", "but"), ("sauf", "without"), ("chez", "at"), ("jusque", "jusque"), ("dont", "dont"), ("qui", "qui"), ("afin", "for"),
];
const ENDS: &[&str] = &["je", "on", "il", "tu", "est", "sont", "nous", "vous"];
#[rustfmt::skip]
const SAME: &[&[&str]] = &[
    &["professeur", "prof", "professeure", "enseignant", "enseignante"], &["repousser", "reporter", "décaler", "retarder"], &["désinstaller", "désinstalle", "désinstallation"], &["supprimer", "effacer", "supprime", "efface", "enlever", "enlève", "retirer"], &["symptôme", "symptômes", "signes", "signe"], &["utiliser", "employer", "utilise", "emploie"], &["acheter", "achète"], &["réparer", "répare"], &["cuire", "cuisson", "cuit"], &["nettoyer", "laver", "nettoie"], &["ordinateur", "pc"], &["médecin", "docteur"], &["argent", "fric"], &["aliment", "nourriture"], &["rapide", "rapidement", "vite"], &["photo", "image", "photos", "images"], &["dossier", "répertoire"], &["fichier", "fichiers"], &["différence", "différences"], &["adulte", "adultes"], &["centrer", "centre"], &["translate"],
    &["voiture", "auto", "automobile"],
    &["téléphone", "portable", "smartphone"],
    &["frigo", "réfrigérateur"],
    &["commencer", "débuter"],
    &["film", "films"],
    &["enfant", "enfants"],
    &["minute", "minutes", "min"],
    &["heure", "heures"],
    &["gramme", "grammes", "g"],
    &["kilo", "kilos", "kilogramme", "kilogrammes", "kg"],
    &["litre", "litres", "l"],
    &["mètre", "mètres", "m"],
    &["kilomètre", "kilomètres", "km"],
    &["pourcent", "%"],
    &["euro", "euros", "€"],
    &["mail", "email", "courriel"],
    &["maison", "logement"],
    &["vélo", "bicyclette"],
    &["travail", "boulot"],
];
const LEADS: &[&str] = &["peux tu", "pourrais tu", "pouvez vous", "pourriez vous"];
const REQUESTS: &[&str] = &["écrire", "traduire", "rédiger"];
