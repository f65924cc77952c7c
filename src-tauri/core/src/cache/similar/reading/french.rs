//! French.

use rust_stemmers::Algorithm;

use super::Words;

pub(super) const WORDS: Words = Words {
    marks: MARKS,
    phrases: PHRASES,
    articles: &["le", "la", "les", "un", "une", "des", "mon", "ma", "mes", "ce", "cette", "ces"],
    silent: SILENT,
    roles: ROLES,
    ends: ENDS,
    same: SAME,
    leads: LEADS,
    requests: REQUESTS,
    stemmer: Algorithm::French,
};

const MARKS: &[&str] = &[
    "le", "la", "les", "est", "des", "du", "une", "un", "que", "comment", "pourquoi", "quel", "quelle", "quels", "quelles", "dans", "je", "pour", "avec", "qui",
    "quand", "où", "combien", "il", "elle", "sont", "peut", "on", "mon", "ma", "mes", "au", "aux", "à", "et", "pas", "sans", "ce", "est-ce", "faut", "d'un", "d'une", "qu'est",
];
const PHRASES: &[(&str, &str)] = &[
    ("^ j'aimerais savoir", "^"), ("^ je voudrais savoir", "^"), ("^ peux tu me dire", "^"), ("^ pourrais tu me dire", "^"), ("^ pouvez vous me dire", "^"), ("^ pourriez vous me dire", "^"),
    ("^ peux tu m'expliquer", "^"), ("^ pouvez vous m'expliquer", "^"), ("^ sais tu", "^"), ("^ savez vous", "^"), ("^ dis moi", "^"), ("^ dites moi", "^"), ("^ explique moi", "^"), ("^ explique", "^"), ("^ je me demande", "^"),
    ("^ bonjour", "^"), ("^ salut", "^"), ("^ question", "^"), ("^ svp", "^"), ("s'il te plaît", ""), ("s'il vous plaît", ""), ("stp", ""), ("svp", ""), ("merci", ""), ("d'avance", ""),
    ("comment est ce que je peux", "<comment"), ("comment est ce qu'on", "<comment"), ("comment est ce que", "<comment"), ("quelle est la meilleure façon de", "<comment"), ("de quelle façon", "<comment"), ("de quelle manière", "<comment"),
    ("comment puis je", "<comment"), ("comment peut on", "<comment"), ("comment dois je", "<comment"), ("comment fait on pour", "<comment"), ("comment faire pour", "<comment"), ("comment je peux", "<comment"), ("comment on", "<comment"), ("comment", "<comment"),
    ("combien de temps", "<duree"), ("pendant combien de temps", "<duree"), ("combien de minutes", "<duree"), ("combien de", "<combien"), ("combien d'", "<combien"), ("combien", "<combien"),
    ("pour quelle raison", "<pourquoi"), ("pourquoi est ce que", "<pourquoi"), ("pourquoi", "<pourquoi"), ("à quelle heure", "<quand"), ("en quelle année", "<quand"), ("quand est ce que", "<quand"), ("^ quand", "^ <quand"),
    ("où est ce que", "<ou"), ("où", "<ou"), ("qui est ce qui", "<qui"), ("^ qui est", "^ <qui"), ("^ qui", "^ <qui"),
    ("qu'est ce que c'est que", "<que"), ("qu'est ce que c'est", "<que"), ("qu'est ce qu'un", "<que"), ("qu'est ce qu'une", "<que"), ("qu'est ce que", "<que"), ("qu'est ce qui", "<que"), ("que signifie", "<que"), ("que veut dire", "<que"), ("c'est quoi", "<que"), ("quelle est", "<que"), ("quel est", "<que"), ("quels sont", "<que"), ("quelles sont", "<que"), ("quelle", "<que"), ("quel", "<que"), ("quels", "<que"), ("quelles", "<que"),
    ("est ce que je peux", "<peut"), ("est ce qu'on peut", "<peut"), ("puis je", "<peut"), ("peut on", "<peut"), ("ai je le droit de", "<peut"), ("est il possible de", "<peut"), ("est ce possible de", "<peut"), ("est il permis de", "<peut"), ("dois je", "<faut"), ("faut il", "<faut"), ("est ce qu'il faut", "<faut"), ("est ce que je dois", "<faut"),
    ("^ est ce que", "^ <si"), ("^ est ce qu'un", "^ <si"), ("^ est ce qu'une", "^ <si"), ("^ est il", "^ <si"), ("^ est", "^ <si"), ("^ y a t il", "^ <si"),
    ("ne", "<ne"), ("n'est", "<ne"), ("pas", "<not"), ("jamais", "<never"), ("rien", "<nothing"), ("aucun", "<none"), ("aucune", "<none"), ("personne", "<nobody"), ("plus", "<plus"),
    ("était", "<past"), ("étaient", "<past"), ("a été", "<past"), ("ont été", "<past"), ("sera", "<future"), ("seront", "<future"), ("fut", "<past"),
    ("états unis", "usa"), ("à l'aide de", "avec"), ("au moyen de", "avec"),
];
const SILENT: &[&str] = &[
    "le", "la", "les", "l'", "un", "une", "des", "du", "de", "d'un", "d'une", "je", "tu", "il", "elle", "on", "nous", "vous", "ils", "se", "me", "te", "mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses", "notre", "votre",
    "est", "sont", "être", "c'est", "ce", "cette", "ces", "et", "que", "qu'un", "qu'une", "bien", "donc", "alors", "exactement", "vraiment", "y", "en'",
];
const ROLES: &[(&str, &str)] = &[
    ("à", "à"), ("au", "à"), ("aux", "à"), ("depuis", "depuis"), ("vers", "vers"), ("dans", "dans"), ("en", "en"), ("avec", "avec"), ("sans", "sans"), ("pour", "pour"), ("par", "par"), ("sur", "sur"), ("sous", "sous"), ("avant", "avant"), ("après", "après"), ("pendant", "pendant"), ("durant", "pendant"),
    ("entre", "entre"), ("contre", "contre"), ("comme", "comme"), ("si", "si"), ("quand", "quand"), ("lorsque", "quand"), ("ou", "ou"), ("mais", "mais"), ("sauf", "sauf"), ("chez", "chez"), ("jusqu'à", "jusque"), ("qu'", "que"),
];
const ENDS: &[&str] = &["je", "on", "il", "tu", "est", "sont", "nous", "vous"];
const SAME: &[&[&str]] = &[
    &["voiture", "auto", "automobile"], &["téléphone", "portable", "smartphone"], &["frigo", "réfrigérateur"], &["commencer", "débuter"], &["film", "films"], &["enfant", "enfants"], &["minute", "minutes", "min"], &["heure", "heures"], &["gramme", "grammes", "g"], &["kilo", "kilos", "kilogramme", "kilogrammes", "kg"], &["litre", "litres", "l"], &["mètre", "mètres", "m"], &["kilomètre", "kilomètres", "km"], &["pourcent", "%"], &["euro", "euros", "€"], &["mail", "email", "courriel"], &["maison", "logement"], &["vélo", "bicyclette"], &["travail", "boulot"],
];
const LEADS: &[&str] = &["peux tu", "pourrais tu", "pouvez vous", "pourriez vous"];
const REQUESTS: &[&str] = &["écrire", "donner", "traduire", "expliquer", "me", "m'expliquer", "dire"];
