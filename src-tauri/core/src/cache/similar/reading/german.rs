//! German.

use rust_stemmers::Algorithm;

use super::Words;

pub(super) const WORDS: Words = Words {
    marks: MARKS,
    phrases: PHRASES,
    articles: &["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "mein", "meine", "meinen", "meiner", "meinem"],
    silent: SILENT,
    roles: ROLES,
    ends: ENDS,
    same: SAME,
    leads: LEADS,
    requests: REQUESTS,
    stemmer: Algorithm::German,
};

const MARKS: &[&str] = &[
    "der", "die", "das", "ist", "wie", "was", "ich", "und", "ein", "eine", "einen", "nicht", "mit", "für", "kann", "man",
    "wer", "wo", "wann", "warum", "auf", "den", "dem", "zu", "von", "im", "mir", "bitte", "sind", "welche", "welcher",
    "muss", "darf", "soll", "viel", "viele", "lange", "wird", "oder", "bei", "zum", "zur", "es", "mein", "meine",
];
const PHRASES: &[(&str, &str)] = &[
    ("^ ich würde gerne wissen", "^"), ("^ ich würde gern wissen", "^"), ("^ ich wüsste gern", "^"), ("^ ich möchte wissen", "^"),
    ("^ ich möchte gerne wissen", "^"), ("^ könntest du mir bitte sagen", "^"), ("^ kannst du mir bitte sagen", "^"),
    ("^ könntest du mir sagen", "^"), ("^ kannst du mir sagen", "^"), ("^ können sie mir sagen", "^"), ("^ könnten sie mir sagen", "^"),
    ("^ kannst du mir erklären", "^"), ("^ könntest du mir erklären", "^"), ("^ weißt du", "^"), ("^ wissen sie", "^"), ("^ sag mir", "^"),
    ("^ sag mal", "^"), ("^ erklär mir", "^"), ("^ erkläre mir", "^"), ("^ erkläre", "^"), ("^ ich frage mich", "^"), ("^ mich interessiert", "^"),
    ("^ hallo", "^"), ("^ hi", "^"), ("^ hey", "^"), ("^ bitte", "^"), ("^ frage", "^"), ("^ also", "^"), ("^ kurze frage", "^"),
    ("was ist der beste weg", "<wie"), ("wie geht man vor um", "<wie"), ("auf welche weise", "<wie"),
    ("wie kann ich", "<wie"), ("wie kann man", "<wie"), ("wie könnte ich", "<wie"), ("wie sollte ich", "<wie"), ("wie soll ich", "<wie"), ("wie sollte man", "<wie"),
    ("wie lange", "<wielange"), ("wie viele minuten", "<wielange"), ("wie viel zeit", "<wielange"), ("wieviel zeit", "<wielange"),
    ("wie viele", "<wieviele"), ("wieviele", "<wieviele"), ("wie viel", "<wieviel"), ("wieviel", "<wieviel"), ("wie oft", "<wieoft"), ("wie alt", "<wiealt"), ("wie weit", "<wieweit"),
    ("wie hoch", "<wiehoch"), ("wie groß", "<wiegross"), ("wie schwer", "<wieschwer"), ("wie schnell", "<wieschnell"), ("wie", "<wie"),
    ("warum", "<warum"), ("wieso", "<warum"), ("weshalb", "<warum"), ("aus welchem grund", "<warum"), ("was ist der grund", "<warum"), ("woran liegt es", "<warum"),
    ("um wie viel uhr", "<wann"), ("in welchem jahr", "<wann"), ("wann", "<wann"), ("wo", "<wo"), ("wohin", "<wohin"), ("woher", "<woher"), ("wer", "<wer"), ("wen", "<wen"), ("wem", "<wem"),
    ("was bedeutet", "<was"), ("was heißt", "<was"), ("was versteht man unter", "<was"), ("was ist mit", "<was"), ("was ist", "<was"), ("was sind", "<was"), ("was war", "<was <past"), ("was", "<was"),
    ("^ welche", "^ <was"), ("^ welcher", "^ <was"), ("^ welches", "^ <was"), ("welche", "<was"), ("welcher", "<was"), ("welches", "<was"), ("^ nenne mir", "^ <was"), ("^ nenn mir", "^ <was"), ("^ nenne", "^ <was"),
    ("^ schreib mir", "^ <schreib"), ("^ schreibe mir", "^ <schreib"), ("^ schreib", "^ <schreib"), ("^ schreibe", "^ <schreib"),
    ("darf ich", "<darf"), ("darf man", "<darf"), ("dürfen", "<darf"), ("ist es erlaubt", "<darf"), ("kann ich", "<kann"), ("kann man", "<kann"), ("ist es möglich", "<kann"), ("muss ich", "<muss"), ("muss man", "<muss"), ("sollte ich", "<soll"), ("soll ich", "<soll"), ("sollte man", "<soll"),
    ("^ ist", "^ <ob"), ("^ sind", "^ <ob"), ("^ hat", "^ <ob"), ("^ gibt es", "^ <ob"), ("^ ob", "^ <ob"), ("^ war", "^ <ob <past"),
    ("nicht", "<not"), ("kein", "<not"), ("keine", "<not"), ("keinen", "<not"), ("keiner", "<not"), ("nie", "<never"), ("niemals", "<never"), ("nichts", "<nothing"), ("niemand", "<nobody"),
    ("war", "<past"), ("waren", "<past"), ("hatte", "<past"), ("wurde", "<past"), ("wurden", "<past"), ("wird", "<future"), ("werden", "<future"), ("bald", "<soon"),
    ("mit hilfe von", "mit"), ("mithilfe von", "mit"), ("vereinigte staaten", "usa"), ("vereinigten staaten", "usa"),
];
const SILENT: &[&str] = &[
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "ich", "du", "man", "wir", "sie", "er", "es", "mir",
    "mich", "mein", "meine", "meinen", "meiner", "meinem", "dein", "deine", "deinen", "sich", "ist", "sind", "bin", "sein", "bitte", "denn", "eigentlich", "genau", "mal",
    "doch", "so", "da", "dann", "gerne", "gern", "etwa", "überhaupt", "wohl", "nun", "danke", "kannst", "kann", "könnte", "würde", "sollte", "dass", "und", "auch",
];
const ROLES: &[(&str, &str)] = &[
    ("von", "von"), ("vom", "von"), ("aus", "aus"), ("nach", "nach"), ("zu", "zu"), ("zum", "zu"), ("zur", "zu"), ("in", "in"), ("im", "in"), ("ins", "in"), ("mit", "mit"), ("ohne", "ohne"),
    ("für", "für"), ("auf", "auf"), ("an", "an"), ("am", "an"), ("bei", "bei"), ("beim", "bei"), ("vor", "vor"), ("unter", "unter"), ("über", "über"), ("zwischen", "zwischen"), ("gegen", "gegen"),
    ("als", "als"), ("wenn", "wenn"), ("falls", "wenn"), ("während", "während"), ("bis", "bis"), ("weil", "weil"), ("wegen", "weil"), ("oder", "oder"), ("außer", "ohne"), ("statt", "statt"), ("pro", "pro"), ("aber", "aber"), ("um", "um"), ("durch", "durch"), ("seit", "seit"),
];
const ENDS: &[&str] = &["ich", "man", "du", "wir", "ist", "sind", "kann", "es"];
const SAME: &[&[&str]] = &[
    &["auto", "wagen", "pkw"], &["handy", "smartphone", "mobiltelefon"], &["kühlschrank", "kühlschranks"], &["kochen", "koche", "kocht", "koch"], &["beginnen", "anfangen", "starten"], &["schnell", "rasch"],
    &["minute", "minuten", "min"], &["stunde", "stunden", "std"], &["gramm", "g"], &["kilogramm", "kilo", "kg"], &["liter", "l"], &["meter", "m"], &["kilometer", "km"], &["prozent", "%"], &["euro", "€"],
    &["email", "mail"], &["film", "filme"], &["kind", "kinder", "kindern"], &["haus", "häuser"], &["wohnung", "wohnungen"], &["arzt", "doktor"], &["fahrrad", "rad"], &["löschen", "entfernen"],
];
const LEADS: &[&str] = &["kannst du", "könntest du", "können sie", "könnten sie", "kannst du bitte", "könntest du bitte"];
const REQUESTS: &[&str] = &["schreiben", "nennen", "zeigen", "erklären", "übersetzen", "geben", "mir", "sagen"];
