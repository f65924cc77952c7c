//! Spanish.

use rust_stemmers::Algorithm;

use super::Words;

pub(super) const WORDS: Words = Words {
    marks: MARKS,
    phrases: PHRASES,
    articles: &["el", "la", "los", "las", "un", "una", "unos", "unas", "mi", "mis"],
    silent: SILENT,
    roles: ROLES,
    ends: ENDS,
    same: SAME,
    leads: LEADS,
    requests: REQUESTS,
    stemmer: Algorithm::Spanish,
};

const MARKS: &[&str] = &[
    "el", "la", "los", "las", "es", "de", "del", "que", "qué", "cómo", "como", "por", "cuál", "cuánto", "cuánta", "cuántos", "cuántas", "cuándo", "dónde", "quién", "un", "una", "en", "y", "con", "para", "puedo", "puede", "se", "mi", "me", "no", "al", "hay", "son", "debo", "su", "sin", "tiene",
];
const PHRASES: &[(&str, &str)] = &[
    ("^ me gustaría saber", "^"), ("^ quisiera saber", "^"), ("^ quiero saber", "^"), ("^ me puedes decir", "^"), ("^ puedes decirme", "^"), ("^ podrías decirme", "^"), ("^ me podrías decir", "^"), ("^ puede decirme", "^"), ("^ podría decirme", "^"), ("^ me puedes explicar", "^"), ("^ puedes explicarme", "^"), ("^ sabes", "^"), ("^ dime", "^"), ("^ explícame", "^"), ("^ explica", "^"), ("^ me pregunto", "^"), ("^ hola", "^"), ("^ oye", "^"), ("^ una pregunta", "^"), ("^ por favor", "^"), ("por favor", ""), ("porfa", ""), ("gracias", ""),
    ("cuál es la mejor manera de", "<como"), ("cuál es la mejor forma de", "<como"), ("de qué manera", "<como"), ("de qué forma", "<como"), ("qué hago para", "<como"), ("qué hay que hacer para", "<como"), ("cómo puedo", "<como"), ("cómo se puede", "<como"), ("cómo debo", "<como"), ("cómo hago para", "<como"), ("cómo se", "<como"), ("cómo", "<como"),
    ("cuánto tiempo", "<duracion"), ("durante cuánto tiempo", "<duracion"), ("cuántos minutos", "<duracion"), ("cuánto", "<cuanto"), ("cuánta", "<cuanto"), ("cuántos", "<cuantos"), ("cuántas", "<cuantos"), ("cada cuánto", "<frecuencia"), ("con qué frecuencia", "<frecuencia"),
    ("por qué razón", "<porque"), ("por qué motivo", "<porque"), ("cuál es la razón", "<porque"), ("a qué se debe que", "<porque"), ("por qué", "<porque"), ("porqué", "<porque"), ("a qué hora", "<cuando"), ("en qué año", "<cuando"), ("cuándo", "<cuando"), ("en qué lugar", "<donde"), ("dónde", "<donde"), ("adónde", "<adonde"), ("quién es", "<quien"), ("quién", "<quien"), ("quiénes", "<quien"),
    ("qué significa", "<que"), ("qué quiere decir", "<que"), ("qué es", "<que"), ("qué son", "<que"), ("cuál es", "<que"), ("cuáles son", "<que"), ("cuál", "<que"), ("cuáles", "<que"), ("qué", "<que"),
    ("se puede", "<puede"), ("puedo", "<puede"), ("se pueden", "<puede"), ("es posible", "<puede"), ("está permitido", "<puede"), ("tengo que", "<debe"), ("hay que", "<debe"), ("debo", "<debe"), ("es necesario", "<debe"),
    ("^ es", "^ <si"), ("^ son", "^ <si"), ("^ hay", "^ <si"), ("^ está", "^ <si"), ("^ escribe", "^ <escribe"), ("^ escríbeme", "^ <escribe"), ("^ redacta", "^ <escribe"),
    ("no", "<not"), ("nunca", "<never"), ("jamás", "<never"), ("nada", "<nothing"), ("nadie", "<nobody"), ("ningún", "<none"), ("ninguna", "<none"), ("ninguno", "<none"), ("era", "<past"), ("eran", "<past"), ("fue", "<past"), ("fueron", "<past"), ("será", "<future"), ("serán", "<future"), ("va a", "<future"), ("van a", "<future"),
    ("estados unidos", "usa"), ("con ayuda de", "con"),
];
const SILENT: &[&str] = &[
    "el", "la", "los", "las", "lo", "un", "una", "unos", "unas", "yo", "tú", "usted", "me", "te", "se", "mi", "mis", "tu", "tus", "su", "sus", "es", "son", "ser", "está", "están", "y", "que", "de", "del", "exactamente", "realmente", "entonces", "pues", "uno", "este", "esta", "ese", "esa",
];
const ROLES: &[(&str, &str)] = &[
    ("desde", "desde"), ("a", "a"), ("al", "a"), ("hacia", "hacia"), ("en", "en"), ("dentro", "en"), ("con", "con"), ("sin", "sin"), ("para", "para"), ("por", "por"), ("sobre", "sobre"), ("bajo", "bajo"), ("antes", "antes"), ("después", "después"), ("tras", "después"), ("durante", "durante"), ("entre", "entre"), ("contra", "contra"), ("como", "como"), ("si", "si"), ("cuando", "cuando"), ("mientras", "mientras"), ("o", "o"), ("pero", "pero"), ("salvo", "sin"), ("excepto", "sin"), ("hasta", "hasta"),
];
const ENDS: &[&str] = &["yo", "es", "son", "se", "uno"];
const SAME: &[&[&str]] = &[
    &["coche", "carro", "auto", "automóvil"], &["móvil", "celular", "teléfono"], &["nevera", "frigorífico", "refrigerador", "refri"], &["empezar", "comenzar"], &["película", "películas"], &["niño", "niños", "niña", "niñas"], &["minuto", "minutos", "min"], &["hora", "horas"], &["gramo", "gramos", "g"], &["kilo", "kilos", "kg"], &["litro", "litros", "l"], &["metro", "metros", "m"], &["kilómetro", "kilómetros", "km"], &["euro", "euros", "€"], &["correo", "email", "mail"], &["ordenador", "computadora", "computador", "pc"], &["piso", "apartamento", "departamento"], &["bici", "bicicleta"], &["trabajo", "empleo"],
];
const LEADS: &[&str] = &["puedes", "podrías", "puede", "podría", "me puedes", "me podrías"];
const REQUESTS: &[&str] = &["escribir", "dar", "traducir", "explicar", "decir", "escribirme", "darme", "explicarme", "decirme"];
