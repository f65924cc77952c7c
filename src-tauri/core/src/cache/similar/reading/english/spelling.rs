//! English words as they are written: contractions, errors of typing, British and American.

/// What a word is written out as, if it is written otherwise.
pub(super) fn written_out(word: &str) -> Option<&'static str> {
    SPELLING
        .iter()
        .find_map(|&(one, other)| (one == word).then_some(other))
}

/// What stands between quotation marks without contractions; a lone word is itself meant.
pub(super) fn uncontracted(said: &str) -> String {
    let words: Vec<&str> = said.split(' ').collect();
    if words.len() < 2 {
        return said.to_owned();
    }
    words
        .into_iter()
        .map(uncontracted_word)
        .collect::<Vec<_>>()
        .join(" ")
}

fn uncontracted_word(word: &str) -> &str {
    match word {
        "don't" => "do not",
        "can't" => "cannot",
        "isn't" => "is not",
        "doesn't" => "does not",
        word => written_out(word)
            .filter(|_| word.contains('\''))
            .unwrap_or(word),
    }
}

/// One spelling for "colour" and "color", "organise" and "organize", "travelling" and "traveling".
pub(super) fn american(word: &str) -> String {
    let mut word = word.to_owned();
    for (british, american) in PARTS {
        if word.contains(british) {
            word = word.replacen(british, american, 1);
        }
    }
    let is_kept = KEEP_S.iter().any(|kept| word.starts_with(kept));
    for (british, american) in ENDINGS {
        if let Some(stem) = word.strip_suffix(british)
            && stem.len() >= 4
            && !is_kept
        {
            return format!("{stem}{american}");
        }
    }
    word
}

const ENDINGS: &[(&str, &str)] = &[
    ("isation", "ization"),
    ("isations", "izations"),
    ("ising", "izing"),
    ("ised", "ized"),
    ("ises", "izes"),
    ("ise", "ize"),
    ("yse", "yze"),
    ("ysing", "yzing"),
    ("ysed", "yzed"),
];

/// What is written with an s on both sides.
#[rustfmt::skip]
const KEEP_S: &[&str] = &[
    "advert", "advis", "appra", "bra", "bru", "chast", "compr", "conc", "counterfe", "cru", "demis", "desp",
    "devis", "disgu", "enterpr", "exerc", "expert", "franch", "improv", "likew", "merchand", "otherw",
    "paradis", "porpo", "practis", "prais", "prec", "premis", "prom", "rais", "revis", "superv", "surpr", "telev",
    "treatise", "turquo", "mayonna", "tortoise", "reprise", "rejoice", "hortens", "nois", "poise", "crisis",
];

#[rustfmt::skip]
const PARTS: &[(&str, &str)] = &[
    ("colour", "color"), ("favour", "favor"), ("flavour", "flavor"), ("honour", "honor"), ("humour", "humor"),
    ("labour", "labor"), ("neighbour", "neighbor"), ("rumour", "rumor"), ("behaviour", "behavior"),
    ("harbour", "harbor"), ("odour", "odor"), ("vapour", "vapor"), ("armour", "armor"), ("saviour", "savior"),
    ("tumour", "tumor"), ("vigour", "vigor"), ("endeavour", "endeavor"), ("parlour", "parlor"), ("glamour", "glamor"),
    ("theatre", "theater"), ("centre", "center"), ("fibre", "fiber"), ("litre", "liter"), ("metre", "meter"),
    ("calibre", "caliber"), ("travell", "travel"), ("cancell", "cancel"), ("labell", "label"), ("modell", "model"),
    ("counsell", "counsel"), ("levell", "level"), ("fuell", "fuel"), ("signall", "signal"), ("jewell", "jewel"),
    ("defence", "defense"), ("licence", "license"), ("offence", "offense"), ("aluminium", "aluminum"),
    ("moustache", "mustache"), ("plough", "plow"), ("sceptic", "skeptic"), ("pyjama", "pajama"),
    ("yoghurt", "yogurt"), ("doughnut", "donut"), ("catalogue", "catalog"), ("dialogue", "dialog"),
    ("analogue", "analog"), ("manoeuvre", "maneuver"), ("anaem", "anem"), ("oestro", "estro"),
    ("paediatr", "pediatr"), ("diarrhoea", "diarrhea"), ("foet", "fet"), ("haem", "hem"), ("caesar", "cesar"),
    ("judgement", "judgment"), ("programme", "program"), ("mould", "mold"), ("skilful", "skillful"),
    ("enrolment", "enrollment"), ("orthopaed", "orthoped"), ("encyclopaed", "encycloped"),
    ("sulph", "sulf"), ("artefact", "artifact"), ("grey", "gray"), ("tyre", "tire"), ("cosy", "cozy"),
];

/// Contractions, short forms, and errors that are made often.
#[rustfmt::skip]
const SPELLING: &[(&str, &str)] = &[
    ("what's", "what is"), ("whats", "what is"), ("what're", "what are"), ("who's", "who is"), ("where's", "where is"),
    ("wheres", "where is"), ("when's", "when is"), ("how's", "how is"), ("hows", "how is"), ("why's", "why is"),
    ("it's", "it is"), ("that's", "that is"), ("thats", "that is"), ("there's", "there is"), ("theres", "there is"),
    ("here's", "here is"), ("i'm", "i am"), ("i've", "i have"), ("ive", "i have"), ("i'd", "i would"),
    ("i'll", "i will"), ("you're", "you are"), ("youre", "you are"), ("you've", "you have"), ("you'd", "you would"),
    ("you'll", "you will"), ("we're", "we are"), ("we've", "we have"), ("we'll", "we will"), ("they're", "they are"),
    ("they've", "they have"), ("they'll", "they will"), ("he's", "he is"), ("she's", "she is"), ("he'll", "he will"),
    ("she'll", "she will"), ("it'll", "it will"), ("he'd", "he would"), ("she'd", "she would"), ("let's", "let us"),
    ("gonna", "going to"), ("wanna", "want to"), ("gotta", "have to"), ("gimme", "give me"), ("lemme", "let me"),
    ("dunno", "don't know"), ("cant", "can't"), ("wont", "won't"), ("doesnt", "doesn't"), ("didnt", "didn't"),
    ("wasnt", "wasn't"), ("shouldnt", "shouldn't"), ("wouldnt", "wouldn't"), ("couldnt", "couldn't"),
    ("arent", "aren't"), ("havent", "haven't"), ("hasnt", "hasn't"), ("u", "you"), ("ur", "your"),
    ("pls", "please"), ("plz", "please"), ("thx", "thanks"), ("ppl", "people"), ("abt", "about"), ("bc", "because"),
    ("cuz", "because"), ("tho", "though"), ("teh", "the"), ("hte", "the"), ("adn", "and"),
    ("nad", "and"), ("waht", "what"), ("wath", "what"), ("wht", "what"), ("hwo", "how"), ("hwat", "what"),
    ("whcih", "which"), ("wich", "which"), ("wihch", "which"), ("whta", "what"), ("wehn", "when"), ("hwen", "when"),
    ("wheer", "where"), ("whre", "where"), ("taht", "that"), ("thsi", "this"), ("tihs", "this"),
    ("ofr", "for"), ("wiht", "with"), ("wtih", "with"),
    ("cna", "can"), ("acn", "can"), ("ot", "to"), ("fo", "of"),
    ("yuo", "you"), ("yoru", "your"), ("shoud", "should"), ("shuold", "should"), ("shold", "should"),
    ("woud", "would"), ("coud", "could"), ("cuold", "could"), ("befor", "before"),
    ("befroe", "before"), ("aftre", "after"), ("betwen", "between"), ("beetween", "between"), ("bewteen", "between"),
    ("withuot", "without"), ("witout", "without"), ("insted", "instead"), ("insteed", "instead"), ("becuase", "because"),
    ("becasue", "because"), ("becouse", "because"), ("untill", "until"), ("thier", "their"), ("ther", "there"),
    ("mutch", "much"), ("muhc", "much"), ("mnay", "many"), ("meny", "many"), ("moeny", "money"), ("alot", "a lot"),
    ("diffrence", "difference"), ("diference", "difference"), ("differance", "difference"), ("diffrent", "different"),
    ("recieve", "receive"), ("recieved", "received"), ("definately", "definitely"), ("seperate", "separate"),
    ("seperately", "separately"), ("occured", "occurred"), ("neccessary", "necessary"), ("necesary", "necessary"),
    ("adress", "address"), ("accomodate", "accommodate"), ("accomodation", "accommodation"), ("calender", "calendar"),
    ("farenheit", "fahrenheit"), ("fahrenhiet", "fahrenheit"), ("celcius", "celsius"), ("celsuis", "celsius"),
    ("tempature", "temperature"), ("temperture", "temperature"), ("recipie", "recipe"), ("reciepe", "recipe"),
    ("resturant", "restaurant"), ("restaraunt", "restaurant"), ("wether", "whether"), ("wheather", "whether"),
    ("freind", "friend"), ("beleive", "believe"), ("beggining", "beginning"),
    ("buisness", "business"), ("goverment", "government"), ("enviroment", "environment"), ("langauge", "language"),
    ("lenght", "length"), ("heigth", "height"), ("widht", "width"), ("weigth", "weight"),
    ("minuts", "minutes"), ("mintues", "minutes"), ("huors", "hours"), ("numer", "number"), ("nubmer", "number"),
    ("grammer", "grammar"), ("sentance", "sentence"), ("pharse", "phrase"), ("wrok", "work"),
    ("freze", "freeze"), ("tounge", "tongue"), ("vaccum", "vacuum"), ("vaccuum", "vacuum"), ("rythm", "rhythm"),
    ("guarentee", "guarantee"), ("maintainance", "maintenance"), ("maintenence", "maintenance"), ("noticable", "noticeable"),
    ("publically", "publicly"), ("writting", "writing"), ("writen", "written"), ("truely", "truly"), ("tommorow", "tomorrow"),
    ("tomorow", "tomorrow"), ("wierd", "weird"), ("ecxel", "excel"), ("exel", "excel"), ("mesure", "measure"),
    ("chemcial", "chemical"), ("medecine", "medicine"), ("docter", "doctor"),
    ("docters", "doctors"), ("calorys", "calories"), ("calory", "calorie"), ("potatos", "potatoes"), ("potatoe", "potato"),
    ("tomatos", "tomatoes"), ("brocolli", "broccoli"), ("spagetti", "spaghetti"), ("zuchini", "zucchini"),
    ("mispell", "misspell"), ("suprise", "surprise"), ("unfortunatly", "unfortunately"),
    ("immediatly", "immediately"), ("usally", "usually"), ("probaly", "probably"), ("finaly", "finally"),
];
