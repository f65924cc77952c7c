//! Spanish.

use rust_stemmers::Algorithm;

use super::Words;
use super::split::Token;

pub(super) const WORDS: Words = Words {
    marks: MARKS,
    phrases: PHRASES,
    articles: &[
        "el", "la", "los", "las", "un", "una", "unos", "unas", "mi", "mis",
    ],
    silent: SILENT,
    roles: ROLES,
    ends: ENDS,
    same: SAME,
    leads: LEADS,
    requests: REQUESTS,
    stemmer: Algorithm::Spanish,
};

/// The words with the accents that are often left out.
pub(super) fn prepared(tokens: Vec<Token>) -> Vec<Token> {
    let mut begins = true;
    let mut parts: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let starts = begins;
        begins = token == Token::Pause || (begins && is_small(&token)) || tells(&token);
        let after_by = matches!(parts.last(), Some(Token::Word(last)) if last == "por");
        if let Some(time) = time(&token) {
            parts.push(Token::Word(time.to_owned()));
        }
        parts.push(match token {
            Token::Word(word) => Token::Word(accented(&word, starts, after_by)),
            Token::Exact(text) if text == "%" => Token::Word("%".into()),
            Token::Exact(text) if text == "€" => Token::Word("euros".into()),
            other => other,
        });
        if matches!(parts.last(), Some(Token::Quoted(_))) {
            unnamed(&mut parts);
        }
    }
    super::german::without_pause(parts, PHRASES)
}

/// "la frase" before a quotation says nothing.
fn unnamed(parts: &mut Vec<Token>) {
    let Some(at) = parts.len().checked_sub(2) else {
        return;
    };
    if matches!(&parts[at], Token::Word(word) if ["frase", "palabra", "expresión", "oración"].contains(&word.as_str()))
    {
        parts.remove(at);
    }
}

/// "En qué", "a cuántos": what asks stands behind a small word.
fn is_small(token: &Token) -> bool {
    matches!(token, Token::Word(word) if ["en", "a", "de", "con", "para", "desde", "por"].contains(&word.as_str()))
}

/// "Compró" and "compra" have one stem, and tell of different times.
fn time(token: &Token) -> Option<&'static str> {
    /// Verbs are no shorter.
    const VERB: usize = 4;
    let Token::Word(word) = token else {
        return None;
    };
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if word.chars().count() < VERB || NO_VERBS.contains(&word.as_str()) {
        return None;
    }
    if ends(&[
        "ará", "erá", "irá", "arán", "erán", "irán", "aré", "eré", "iré",
    ]) {
        return Some("<future");
    }
    let is_past = ends(&[
        "ó", "é", "aron", "ieron", "yeron", "aba", "aban", "ábamos", "ían",
    ]) && !word.ends_with("rían");
    (is_past || PAST.contains(&word.as_str())).then_some("<past")
}

/// Words that end as such verbs do.
#[rustfmt::skip]
const NO_VERBS: &[&str] = &[
    "café", "bebé", "puré", "comité", "chalé", "bidé", "consomé", "josé", "andré", "esté", "carné", "paté", "canapé", "bufé", "porqué", "sílaba", "será", "serán", "olé", "chimpancé", "sofá", "quizá", "qué", "sé",
];

/// Verbs that tell of what was, and end as nouns do.
#[rustfmt::skip]
const PAST: &[&str] = &[
    "había", "tenía", "hacía", "podía", "decía", "vivía", "existía", "debía", "sabía", "venía", "ponía", "comía", "bebía", "escribía", "leía", "creía", "salía", "valía", "iba", "iban", "hizo", "hicieron", "tuvo", "tuvieron", "hubo", "dijo", "dijeron", "puso", "pusieron", "quiso", "pudo", "pudieron", "supo", "estuvo", "trajo", "anduvo", "vio", "dio",
];

/// "Dime cómo": what asks stands behind it.
fn tells(token: &Token) -> bool {
    matches!(token, Token::Word(word) if ["dime", "dices", "decirme", "decir", "saber", "explícame", "explicame", "explicas", "sabes", "hola", "buenas", "favor", "pregunta", "enséñame"].contains(&word.as_str()))
}

/// Words that ask have an accent, and others that are often written without one.
fn accented(word: &str, begins: bool, after_by: bool) -> String {
    let asking = match word {
        "como" | "kómo" | "komo" => "cómo",
        "que" | "ke" => "qué",
        "cual" => "cuál",
        "cuales" => "cuáles",
        "donde" => "dónde",
        "quien" => "quién",
        _ => word,
    };
    if asking != word && (begins || (after_by && asking == "qué")) {
        return asking.to_owned();
    }
    match word {
        "cuanto" => return "cuánto".into(),
        "cuanta" => return "cuánta".into(),
        "cuantos" => return "cuántos".into(),
        "cuantas" => return "cuántas".into(),
        _ => {}
    }
    if KEPT.contains(&word) {
        return word.to_owned();
    }
    // "compro" and "compró" are two words, "numero" and "número" are one; so are "inflacion" and
    // "inflación".
    let without = |text: &str| -> String {
        let plain = |letter| match letter {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' => 'u',
            other => other,
        };
        text.chars().map(plain).collect()
    };
    let is_tense =
        word.ends_with(['á', 'é', 'í', 'ó', 'ú']) || word.ends_with("án") || word.ends_with("ás");
    if is_tense {
        word.to_owned()
    } else {
        without(word)
    }
}

/// Words that ask, and such as are known with their accents.
#[rustfmt::skip]
const KEPT: &[&str] = &[
    "cómo", "cuál", "cuáles", "cuánto", "cuánta", "cuántos", "cuántas", "cuándo", "dónde", "adónde", "quién", "quiénes", "él", "sólo", "únicamente", "según", "después", "jamás", "ningún", "podrías", "gustaría", "querría", "quería", "explícame", "enséñame", "cuéntame", "indícame", "muéstrame", "escríbeme", "redáctame", "resúmeme", "tradúceme", "tradúcelo", "pásame", "traducción", "número", "línea", "días", "perdón", "través", "razón", "película", "películas", "móvil", "automóvil", "frigorífico", "kilómetro", "kilómetros", "teléfono", "médico", "imágenes", "oración", "rápido", "rápidamente", "lícito", "podría", "debería", "sabrías", "diría", "serán", "compón", "centígrados",
];

#[rustfmt::skip]
const MARKS: &[&str] = &[
    "cual", "cuanto", "cuanta", "cuantos", "cuantas", "cuando", "donde", "quien", "está", "esta", "tengo", "hago", "dime", "según", "más", "mas", "los", "cuál", "convertir", "desde", "entre", "sobre", "cuáles", "cuales", "unos", "unas", "mis", "tu", "lo", "le", "les", "o", "muy", "sus", "puedes", "podrías", "escribe", "traduce", "explica", "hace", "hacer", "al", "a",
    "el", "la", "los", "las", "es", "de", "del", "que", "qué", "cómo", "como", "por", "cuál",
    "cuánto", "cuánta", "cuántos", "cuántas", "cuándo", "dónde", "quién", "un", "una", "en", "y",
    "con", "para", "puedo", "puede", "se", "mi", "me", "no", "al", "hay", "son", "debo", "su",
    "sin", "tiene",
];
#[rustfmt::skip]
const PHRASES: &[(&str, &str)] = &[
    ("^ me gustaría saber", "^"), ("^ me dices", "^"), ("^ podrías explicar", "^"), ("^ puedes explicar", "^"), ("^ me puedes explicar", "^"), ("^ me puedes ayudar", "^"), ("^ sabrías", "^"), ("^ me ayudas", "^"), ("^ ayúdame", "^"), ("^ quiero saber si", "^ <whether"), ("^ me gustaría saber si", "^ <whether"), ("^ dime si", "^ <whether"), ("^ me dice", "^"), ("^ me explicas", "^"), ("^ me puede decir", "^"), ("^ me podría decir", "^"), ("^ puedes explicarme", "^"), ("^ podrías explicarme", "^"), ("^ podría explicarme", "^"), ("^ me podrías explicar", "^"), ("^ enséñame", "^"), ("^ cuéntame", "^"), ("^ indícame", "^"), ("^ muéstrame", "^"), ("^ quería saber", "^"), ("^ necesito saber", "^"), ("^ querría saber", "^"), ("^ alguien sabe", "^"), ("^ buenas", "^"), ("^ buenos días", "^"), ("^ buenas tardes", "^"), ("^ perdón", "^"), ("^ disculpa", "^"), ("^ a ver", "^"), ("^ sabrías decirme", "^"), ("^ sabe usted", "^"), ("^ sabes si", "^ <whether"), ("^ es verdad que", "^ <whether"), ("^ es cierto que", "^ <whether"), ("plis", ""), ("porfavor", ""), ("muchas gracias", ""), ("gracias de antemano", ""),
    ("qué hago para", "<how"), ("qué debo hacer para", "<how"), ("qué tengo que hacer para", "<how"), ("qué se hace para", "<how"), ("cómo se hace para", "<how"), ("cómo se hace", "<how"), ("cómo lo hago", "<how"), ("cómo hacer para", "<how"), ("cómo podría", "<how"), ("cómo podemos", "<how"), ("cómo puede uno", "<how"), ("cómo hay que", "<how"), ("cómo tengo que", "<how"), ("cómo debería", "<how"), ("cómo se debe", "<how"), ("hay manera de", "<can"), ("hay alguna manera de", "<can"), ("hay forma de", "<can"), ("es factible", "<can"), ("^ podría", "^ <can"), ("se podría", "<can"), ("podemos", "<can"), ("uno puede", "<can"), ("me está permitido", "<can"), ("está permitido", "<may"), ("se permite", "<may"), ("es legal", "<may"), ("es lícito", "<may"), ("debería", "<should"), ("se debería", "<should"), ("conviene", "<should"), ("es recomendable", "<should"), ("es aconsejable", "<should"), ("se debe", "<must"), ("es obligatorio", "<must"), ("tiene que", "<must"), ("hace falta", "<must"), ("cuánto tiempo hay que", "<howlong"), ("cuánto tiempo se", "<howlong"), ("cuánto tiempo debo", "<howlong"), ("cuánto tiempo tengo que", "<howlong"), ("cuánto rato", "<howlong"), ("cuánto tarda en", "<howlong"), ("cuánto se tarda en", "<howlong"), ("qué tiempo", "<howlong"), ("cómo se dice", "<how translate"), ("cómo digo", "<how translate"), ("cómo se diría", "<how translate"), ("^ traduce", "^ <how translate"), ("^ traducir", "^ <how translate"), ("^ tradúceme", "^ <how translate"), ("^ pásame", "^ <how translate"), ("^ traducción", "^ <how translate"), ("tradúcelo", "<how translate"), ("cómo se traduce", "<how translate"), ("^ puedes traducir", "^ <how translate"), ("^ podrías traducir", "^ <how translate"), ("cómo se llama", "<what"), ("qué ciudad es", "<what"), ("^ dime el nombre de", "^ <what"), ("^ dame", "^ <what"), ("^ calcula", "^ <what"), ("^ número de", "^ <howmany"), ("qué número de", "<howmany"), ("qué cantidad de", "<howmany"), ("cuánto es", "<howmuch"), ("a cuántos", "<howmany"), ("equivalen", "son"), ("con qué fin", "<why"), ("cuál es la razón de que", "<why"), ("cuál es el motivo de que", "<why"), ("cuál es el motivo", "<why"), ("a qué se debe", "<why"), ("^ redáctame", "^ <write"), ("^ haz", "^ <write"), ("^ hazme", "^ <write"), ("^ crea", "^ <write"), ("^ elabora", "^ <write"), ("^ compón", "^ <write"), ("^ resume", "^ <summary"), ("^ resúmeme", "^ <summary"), ("^ puedes resumir", "^ <summary"), ("^ puedes resumirme", "^ <summary"), ("^ hazme un resumen", "^ <summary"), ("^ haz un resumen", "^ <summary"), ("^ resumen", "^ <summary"),
    ("con respecto a", "respecto a"), ("respecto de", "respecto a"), ("por ciento", "%"), ("oc", "°c"), ("grados fahrenheit", "°f"), ("grados", "°c"), ("y", "and"), ("e", "and"), ("mediante", "con"), ("usando", "con"), ("utilizando", "con"), ("a través de", "con"), ("línea de comandos", "terminal"), ("grados centígrados", "°c"), ("grados celsius", "°c"),
    ("^ quisiera saber", "^"),
    ("^ quiero saber", "^"),
    ("^ me puedes decir", "^"),
    ("^ puedes decirme", "^"),
    ("^ podrías decirme", "^"),
    ("^ me podrías decir", "^"),
    ("^ puede decirme", "^"),
    ("^ podría decirme", "^"),
    ("^ me puedes explicar", "^"),
    ("^ puedes explicarme", "^"),
    ("^ sabes", "^"),
    ("^ dime", "^"),
    ("^ explícame", "^"),
    ("^ explica", "^"),
    ("^ me pregunto", "^"),
    ("^ hola", "^"),
    ("^ oye", "^"),
    ("^ una pregunta", "^"),
    ("^ por favor", "^"),
    ("por favor", ""),
    ("porfa", ""),
    ("gracias", ""),
    ("cuál es la mejor manera de", "<how"),
    ("cuál es la mejor forma de", "<how"),
    ("de qué manera", "<how"),
    ("de qué forma", "<how"),
    ("qué hago para", "<how"),
    ("qué hay que hacer para", "<how"),
    ("cómo puedo", "<how"),
    ("cómo se puede", "<how"),
    ("cómo debo", "<how"),
    ("cómo hago para", "<how"),
    ("cómo se", "<how"),
    ("cómo", "<how"),
    ("cuánto tiempo", "<howlong"),
    ("durante cuánto tiempo", "<howlong"),
    ("cuántos minutos", "<howlong"),
    ("cuánto", "<howmuch"),
    ("cuánta", "<howmuch"),
    ("cuántos", "<howmany"),
    ("cuántas", "<howmany"),
    ("cada cuánto", "<howoften"),
    ("con qué frecuencia", "<howoften"),
    ("por qué razón", "<why"),
    ("por qué motivo", "<why"),
    ("cuál es la razón", "<why"),
    ("a qué se debe que", "<why"),
    ("por qué", "<why"),
    ("porqué", "<why"),
    ("a qué hora", "<when"),
    ("en qué año", "<when"),
    ("cuándo", "<when"),
    ("en qué lugar", "<where"),
    ("dónde", "<where"),
    ("adónde", "<whereto"),
    ("quién es", "<who"),
    ("quién", "<who"),
    ("quiénes", "<who"),
    ("qué significa", "<what"),
    ("qué quiere decir", "<what"),
    ("qué es", "<what"),
    ("qué son", "<what"),
    ("cuál es", "<what"),
    ("cuáles son", "<what"),
    ("cuál", "<what"),
    ("cuáles", "<what"),
    ("qué", "<what"),
    ("se puede", "<can"),
    ("puedo", "<can"),
    ("se pueden", "<can"),
    ("es posible", "<can"),
    ("está permitido", "<can"),
    ("tengo que", "<must"),
    ("hay que", "<must"),
    ("debo", "<must"),
    ("es necesario", "<must"),
    ("^ es", "^ <whether"),
    ("^ son", "^ <whether"),
    ("^ hay", "^ <whether"),
    ("^ está", "^ <whether"),
    ("^ escribe", "^ <write"),
    ("^ escríbeme", "^ <write"),
    ("^ redacta", "^ <write"),
    ("no", "<not"),
    ("nunca", "<never"),
    ("jamás", "<never"),
    ("nada", "<nothing"),
    ("nadie", "<nobody"),
    ("ningún", "<none"),
    ("ninguna", "<none"),
    ("ninguno", "<none"),
    ("era", "<past"),
    ("eran", "<past"),
    ("fue", "<past"),
    ("fueron", "<past"),
    ("será", "<future"),
    ("serán", "<future"),
    ("va a", "<future"),
    ("van a", "<future"),
    ("estados unidos", "usa"),
    ("con ayuda de", "con"),
];
#[rustfmt::skip]
const SILENT: &[&str] = &[
    "and", "le", "les", "nos", "uno", "hay", "nuestro", "nuestra",
    "el",
    "la",
    "los",
    "las",
    "lo",
    "un",
    "una",
    "unos",
    "unas",
    "yo",
    "tú",
    "usted",
    "me",
    "te",
    "se",
    "mi",
    "mis",
    "tu",
    "tus",
    "su",
    "sus",
    "es",
    "son",
    "ser",
    "está",
    "están",
    "y",
    "que",
    "de",
    "del",
    "exactamente",
    "realmente",
    "entonces",
    "pues",
    "uno",
    "este",
    "esta",
    "ese",
    "esa",
];
#[rustfmt::skip]
const ROLES: &[(&str, &str)] = &[
    ("desde", "desde"), ("a", "to"), ("al", "to"), ("hacia", "hacia"), ("en", "in"), ("dentro", "in"), ("con", "with"), ("sin", "without"), ("para", "for"), ("por", "by"), ("sobre", "on"), ("bajo", "under"), ("antes", "before"), ("después", "after"), ("tras", "after"), ("durante", "during"), ("entre", "between"), ("contra", "contra"), ("como", "como"), ("si", "si"), ("cuando", "cuando"), ("mientras", "mientras"), ("o", "or"), ("u", "or"), ("pero", "but"), ("salvo", "without"), ("excepto", "without"), ("hasta", "until"), ("según", "according"), ("respecto", "respecto"),
];
const ENDS: &[&str] = &["yo", "es", "son", "se", "uno"];
#[rustfmt::skip]
const SAME: &[&[&str]] = &[
    &["quitar", "sacar", "eliminar", "quito", "quita", "saco", "elimino"], &["convertir", "convierto", "convierte", "pasar", "paso", "pasa"], &["ordenar", "ordeno", "ordena"], &["conectar", "enchufar", "conecto"], &["subir", "sube", "elevar", "eleva"], &["limpiar", "limpio", "limpia", "lavar", "lavo"], &["cocinar", "cocino", "cocina"], &["arreglar", "reparar", "arreglo", "reparo"], &["comprar", "adquirir"], &["solo", "sólo", "solamente", "únicamente"], &["frase", "frases", "oraciones", "oración"], &["porciento", "%"], &["archivo", "fichero", "archivos", "ficheros"], &["carpeta", "directorio"], &["foto", "imagen", "fotos", "imágenes"], &["médico", "doctor"], &["dinero", "plata"], &["usar", "utilizar", "uso", "utilizo"], &["contraseña", "clave"], &["rápido", "deprisa", "rápidamente"], &["borrar", "suprimir", "borro"], &["translate"],
    &["coche", "carro", "auto", "automóvil"],
    &["móvil", "celular", "teléfono"],
    &["nevera", "frigorífico", "refrigerador", "refri"],
    &["empezar", "comenzar"],
    &["película", "películas"],
    &["niño", "niños", "niña", "niñas"],
    &["minuto", "minutos", "min"],
    &["hora", "horas"],
    &["gramo", "gramos", "g"],
    &["kilo", "kilos", "kg"],
    &["litro", "litros", "l"],
    &["metro", "metros", "m"],
    &["kilómetro", "kilómetros", "km"],
    &["euro", "euros", "€"],
    &["correo", "email", "mail"],
    &["ordenador", "ordenadores", "computadora", "computadoras", "computador", "pc"],
    &["piso", "apartamento", "departamento"],
    &["bici", "bicicleta"],
    &["trabajo", "empleo"],
];
const LEADS: &[&str] = &[
    "puedes",
    "podrías",
    "puede",
    "podría",
    "me puedes",
    "me podrías",
];
const REQUESTS: &[&str] = &["escribir", "traducir", "redactar"];
